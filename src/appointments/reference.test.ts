import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createReference, readReference } from "./reference.ts";

describe("reference", () => {
  it("is eight characters in two groups, none of them easily confused", () => {
    for (let count = 0; count < 500; count += 1) {
      expect(createReference()).toMatch(
        /^[34679ACDEFGHJKMNPQRTWXY]{4}-[34679ACDEFGHJKMNPQRTWXY]{4}$/,
      );
    }
  });

  it("is read back in any case, with spaces, dots or hyphens anywhere", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("", " ", "-", "."), { minLength: 9, maxLength: 9 }),
        (gaps) => {
          const reference = createReference();
          const typed = reference
            .replace("-", "")
            .toLowerCase()
            .split("")
            .map((char, i) => `${gaps[i]}${char}`)
            .join("");
          expect(readReference(typed + (gaps[8] ?? ""))).toBe(reference);
        },
      ),
    );
  });

  it("is not made of anything shorter, longer or with another character", () => {
    for (const text of ["", "ACDE-FGH", "ACDE-FGHJK", "ACDE-FGH0", "ACDE-FGHI"]) {
      expect(readReference(text)).toBeUndefined();
    }
  });
});
