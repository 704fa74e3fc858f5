import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { csvLine } from "./csv.ts";

it("a cell that a spreadsheet would run is written as text", () => {
  expect(csvLine(["=1+1", "+39", "-2", "@x", "\t=1", -2])).toBe("'=1+1,'+39,'-2,'@x,'\t=1,-2\r\n");
});

it("any cells are read back as they were, but for the apostrophe before formulas", () => {
  const cells = fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(cells, (row) => {
      const [read] = parse(csvLine(row), { relax_column_count: true, skip_empty_lines: false });
      expect(read).toEqual(row.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)));
    }),
  );
});
