import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);

/** Everything this floor computes from wall time and rules, printed as one text. */
const PROGRAM = `
const { openingEdges, localDateOf, localTimeOf, isoWithOffset } = await import(process.argv[1] + "/wall-clock.ts");
const { cutIntoCells } = await import(process.argv[1] + "/cells.ts");
const { parseRecurrence } = await import(process.argv[1] + "/parse-recurrence.ts");
const { expandRecurrence } = await import(process.argv[1] + "/expand-recurrence.ts");
const rules = ["FREQ=DAILY", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=-2;COUNT=40"];
const window = { validFrom: "2025-02-03", from: "2026-01-01", to: "2026-12-31" };
const times = [["00:00", "24:00"], ["02:30", "06:00"], ["22:00", "02:30"], ["02:10", "02:50"]];
const lines = ["now " + new Date().getMonth(), "offset " + new Date(1_770_000_000_000).getTimezoneOffset()];
for (const text of rules) {
  const dates = expandRecurrence(parseRecurrence(text).rule, window);
  lines.push(text + " " + dates.join());
  for (const zone of ["Europe/Rome", "America/New_York", "Australia/Lord_Howe"]) {
    for (const date of dates) for (const [startTime, endTime] of times) {
      const edges = openingEdges({ date, startTime, endTime, zone });
      if (edges === undefined) { lines.push(date + " " + zone + " none"); continue; }
      const cells = cutIntoCells(edges, { cellMinutes: 30 }).length;
      lines.push([date, zone, startTime, edges.start, edges.end, cells, localDateOf(edges.end, zone), localTimeOf(edges.end, zone), isoWithOffset(edges.start, zone)].join(" "));
    }
  }
}
console.log(lines.join("\\n"));
`;

/** Run before the program: the process believes that today is another day. */
function pretendToday(iso: string): string {
  const code = `const Real = Date; const today = Real.parse("${iso}");
globalThis.Date = class extends Real {
  constructor(...parts) { if (parts.length === 0) super(today); else super(...parts); }
  static now() { return today; }
};`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

async function outputOf(
  zone: string,
  today: string,
): Promise<{ setting: string; results: string }> {
  const args = [
    "--import",
    pretendToday(today),
    "--input-type=module",
    "-e",
    PROGRAM,
    import.meta.dirname,
  ];
  const env = { TZ: zone };
  const { stdout } = await run(process.execPath, args, { env, maxBuffer: 50_000_000 });
  const [now, offset, ...results] = stdout.trim().split("\n");
  return { setting: `${now} ${offset}`, results: results.join("\n") };
}

test("results do not depend on the process's time zone nor on today's date", async () => {
  const settings = ["UTC", "Europe/Rome", "America/New_York"].flatMap((zone) =>
    ["2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"].map((today) => ({ zone, today })),
  );
  const outputs = await Promise.all(settings.map(({ zone, today }) => outputOf(zone, today)));
  // The processes really did differ in both.
  expect(new Set(outputs.map((output) => output.setting)).size).toBe(settings.length);
  expect(new Set(outputs.map((output) => output.results)).size).toBe(1);
  const results = outputs[0]?.results ?? "";
  expect(results).toMatch(/^2026-03-29 Europe\/Rome 00:00 \d+ \d+ 46 /m);
  expect(results).toMatch(/^2026-10-25 Europe\/Rome 00:00 \d+ \d+ 50 /m);
  expect(results).toMatch(/^2026-03-29 Europe\/Rome none$/m);
}, 60_000);
