import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

/** Expands a schedule that meets the changes of clocks of several zones, in a process whose clock stands still. */
const script = `
const [nowText] = process.argv.slice(1);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length > 0 ? parts : [nowText]));
  }
  static now() {
    return RealDate.parse(nowText);
  }
};
const { expandSchedule } = await import("./src/scheduling/expand-schedule.ts");
const { holidaysBetween } = await import("./src/scheduling/holidays.ts");
const opening = (id, startTime, endTime, more) => ({
  id, startTime, endTime, kind: "recurring", rrule: "FREQ=WEEKLY;BYDAY=MO,WE,SA,SU", startsOn: "2026-01-01",
  endsOn: null, startStepMinutes: 30, capacity: 1, mode: "bookable", runsOnHolidays: false,
  overridesClosures: false, ...more,
});
const openings = [
  opening("a", "01:30", "03:30"),
  opening("b", "22:30", "01:30", { runsOnHolidays: true }),
];
const range = { from: "2026-01-01", to: "2026-12-31" };
const calendar = { place: { country: "IT", region: "32" }, localHolidays: [] };
const holidays = new Set(holidaysBetween(calendar, range.from, range.to).map(({ date }) => date));
const closures = [
  { id: "c", startsOn: "2026-10-24", startTime: "23:00", endsOn: "2026-10-25", endTime: "02:30" },
];
for (const zone of ["Europe/Rome", "America/New_York", "America/Havana", "Australia/Lord_Howe"]) {
  const schedule = { resourceId: "r", zone, cellMinutes: 30, openings, closures, dayMarks: [] };
  console.log(JSON.stringify(expandSchedule(schedule, { ...range, holidays })));
}
console.log(new RealDate("2026-07-01T12:00:00Z").getTimezoneOffset());
`;

function expandIn(zone: string, now: string): { cells: string; offset: string } {
  const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script, now], {
    env: { TZ: zone },
    encoding: "utf8",
    maxBuffer: 64 * 1_048_576,
  });
  const lines = output.trim().split("\n");
  return { cells: lines.slice(0, -1).join("\n"), offset: lines.at(-1) ?? "" };
}

test("a schedule has the same cells in every process, whatever its zone and its today", () => {
  const zones = { UTC: "0", "Europe/Rome": "-120", "America/New_York": "240" };
  const todays = ["2026-01-15T12:00:00Z", "2026-07-15T12:00:00Z"];
  const outputs = Object.entries(zones).flatMap(([zone, offset]) =>
    todays.map((today) => {
      const output = expandIn(zone, today);
      expect(output.offset).toBe(offset);
      return output.cells;
    }),
  );
  expect(outputs[0]?.length).toBeGreaterThan(10_000);
  expect(new Set(outputs).size).toBe(1);
});
