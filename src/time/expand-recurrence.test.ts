import fc from "fast-check";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { type ExpansionWindow, expandRecurrence, WINDOW_DAYS_MAX } from "./expand-recurrence.ts";
import { addDays, type LocalDate, toLocalDate } from "./local-date.ts";
import { parseRecurrence } from "./parse-recurrence.ts";
import { canonicalRecurrence, type RecurrenceRule, WEEKDAY_CODES } from "./recurrence-rule.ts";

const day = toLocalDate;

function ruleOf(text: string): RecurrenceRule {
  const parsed = parseRecurrence(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.fault.message}`);
  return parsed.rule;
}

function expand(text: string, window: ExpansionWindow): LocalDate[] {
  return expandRecurrence(ruleOf(text), window);
}

/** The dates by the second library, in UTC so that no zone plays a part. */
function expandByTemporal(
  text: string,
  { validFrom, validTo, from, to }: ExpansionWindow,
): string[] {
  const instant = (date: string) => Temporal.ZonedDateTime.from(`${date}T00:00[UTC]`);
  const rruleString = text.replace(/UNTIL=(\d{8})/, "UNTIL=$1T000000Z");
  const rule = new RRuleTemporal({
    rruleString: `RRULE:${rruleString}`,
    dtstart: instant(validFrom),
    maxIterations: 10_000_000,
    maxCandidateEvaluations: 10_000_000,
  });
  const last = validTo !== undefined && validTo < to ? validTo : to;
  if (last < from) return [];
  const dates = rule.between(instant(from), instant(last), true);
  return dates.map((date) => Temporal.ZonedDateTime.from(date.toString()).toPlainDate().toString());
}

const anyWeekdays = fc.subarray([...WEEKDAY_CODES], { minLength: 1 });
const anySign = fc.constantFrom(1, -1);
const signed = (max: number) =>
  fc.tuple(fc.integer({ min: 1, max }), anySign).map(([n, sign]) => n * sign);
const anyOrdinals = fc.array(
  fc
    .tuple(fc.oneof(signed(5), signed(52)), fc.constantFrom(...WEEKDAY_CODES))
    .map(([n, d]) => `${n}${d}`),
  { minLength: 1, maxLength: 3 },
);
const list = <T>(values: fc.Arbitrary<T[]>) => values.map((all) => all.join());
const optional = (name: string, value: fc.Arbitrary<string>, freq = 2) =>
  fc.option(value, { nil: undefined, freq }).map((v) => (v === undefined ? "" : `;${name}=${v}`));

const anyDate = fc.integer({ min: 0, max: 3_650 }).map((days) => addDays(day("2020-01-01"), days));

/** Texts over all parts of the allow-list, in every combination; those the reader refuses are left out. */
const anyRule = fc
  .tuple(
    fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    optional(
      "INTERVAL",
      fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 99 })).map(String),
    ),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant("") },
      fc
        .oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 900 }))
        .map((n) => `;COUNT=${n}`),
      anyDate.map((date) => `;UNTIL=${date.replaceAll("-", "")}`),
    ),
    optional("WKST", fc.constantFrom(...WEEKDAY_CODES)),
    optional(
      "BYMONTH",
      list(fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 })),
    ),
    optional("BYMONTHDAY", list(fc.uniqueArray(signed(31), { minLength: 1, maxLength: 4 }))),
    optional("BYDAY", fc.oneof(list(anyWeekdays), list(anyOrdinals))),
    optional(
      "BYSETPOS",
      list(fc.uniqueArray(fc.oneof(signed(4), signed(31)), { minLength: 1, maxLength: 3 })),
    ),
  )
  .map(([freq, ...parts]) => `FREQ=${freq}${parts.join("")}`)
  .filter((text) => parseRecurrence(text).ok);

const anyWindow = fc
  .record({
    validFrom: anyDate,
    validDays: fc.option(fc.integer({ min: 0, max: 1_500 }), { nil: undefined }),
    skipped: fc.oneof(fc.constant(0), fc.integer({ min: -400, max: 2_500 })),
    length: fc.integer({ min: 0, max: WINDOW_DAYS_MAX - 1 }),
  })
  .map(({ validFrom, validDays, skipped, length }) => {
    const from = addDays(validFrom, skipped);
    const validTo = validDays === undefined ? undefined : addDays(validFrom, validDays);
    return { validFrom, validTo, from, to: addDays(from, length) };
  });

test("every rule of the allow-list has the dates the second library gives", () => {
  let dates = 0;
  fc.assert(
    fc.property(anyRule, anyWindow, (text, window) => {
      const found = expand(text, window);
      dates += found.length;
      expect(found).toEqual(expandByTemporal(text, window));
    }),
    { numRuns: 1_500 },
  );
  expect(dates).toBeGreaterThan(1_000);
}, 120_000);

test("the written form of a rule reads as the same rule and has the same dates", () => {
  fc.assert(
    fc.property(anyRule, anyWindow, (text, window) => {
      const form = canonicalRecurrence(ruleOf(text));
      expect(canonicalRecurrence(ruleOf(form))).toBe(form);
      expect(expand(form, window)).toEqual(expand(text, window));
    }),
    { numRuns: 500 },
  );
}, 60_000);

test("a yearly 53rd weekday exists only in the years that have one", () => {
  const window = { validFrom: day("2024-01-01"), from: day("2024-01-01"), to: day("2025-12-31") };
  expect(expand("FREQ=YEARLY;BYDAY=53MO,53TU", window)).toEqual(["2024-12-30", "2024-12-31"]);
});

test("a position beyond the set chooses nothing", () => {
  const window = { validFrom: day("2026-01-01"), from: day("2026-01-01"), to: day("2026-06-30") };
  expect(expand("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=-5,5", window)).toEqual([
    "2026-01-01",
    "2026-01-29",
    "2026-04-02",
    "2026-04-30",
  ]);
});

test("INTERVAL counts from the start of validity, wherever the window begins", () => {
  const validFrom = day("2016-02-29");
  const every = (text: string, from: string) =>
    expand(text, { validFrom, from: day(from), to: addDays(day(from), 700) }).slice(0, 2);
  expect(every("FREQ=DAILY;INTERVAL=10", "2026-01-01")).toEqual(["2026-01-07", "2026-01-17"]);
  expect(every("FREQ=WEEKLY;INTERVAL=2", "2026-01-01")).toEqual(["2026-01-05", "2026-01-19"]);
  expect(every("FREQ=MONTHLY;INTERVAL=5", "2026-01-01")).toEqual(["2026-07-29", "2026-12-29"]);
  expect(every("FREQ=YEARLY", "2027-06-01")).toEqual(["2028-02-29"]);
});

test("COUNT counts from the start of validity and not from the window", () => {
  const window = { validFrom: day("2026-01-01"), from: day("2026-01-04"), to: day("2026-12-31") };
  expect(expand("FREQ=DAILY;COUNT=5", window)).toEqual(["2026-01-04", "2026-01-05"]);
});

test("the last days of the rule, of its validity and of the window are included, later ones are not", () => {
  const ends = { rule: "20260105", validTo: day("2026-01-05"), to: day("2026-01-05") };
  const far = day("2026-01-31");
  const lengths = [
    expand(`FREQ=DAILY;UNTIL=${ends.rule}`, {
      validFrom: day("2026-01-01"),
      from: day("2026-01-01"),
      to: far,
    }),
    expand("FREQ=DAILY", {
      validFrom: day("2026-01-01"),
      validTo: ends.validTo,
      from: day("2026-01-01"),
      to: far,
    }),
    expand("FREQ=DAILY", { validFrom: day("2026-01-01"), from: day("2025-12-01"), to: ends.to }),
  ].map((dates) => [dates.length, dates[0], dates.at(-1)]);
  expect(lengths).toEqual(Array(3).fill([5, "2026-01-01", "2026-01-05"]));
});

test("a window of more than 24 months is refused", () => {
  const from = day("2027-03-01");
  const rule = ruleOf("FREQ=DAILY");
  const window = { validFrom: from, from, to: day("2029-03-01") };
  expect(expandRecurrence(rule, window)).toHaveLength(WINDOW_DAYS_MAX);
  expect(() => expandRecurrence(rule, { ...window, to: day("2029-03-02") })).toThrow(RangeError);
});

test("rules that meet no date from their start are expanded to nothing, without a search that has no end", () => {
  const never = [
    "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
    "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30;BYMONTH=2,4",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=WEEKLY;INTERVAL=99;BYMONTH=1;COUNT=5000",
  ];
  const window = { validFrom: day("2025-02-05"), from: day("2026-01-01"), to: day("2027-12-31") };
  for (const text of never) {
    const rule = ruleOf(text);
    expect(expandRecurrence(rule, window)).toEqual([]);
  }
});

test("a rule with COUNT that began decades ago is expanded within its bound or refused", () => {
  const rule = ruleOf("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;COUNT=5000");
  const [from, to] = [day("2026-01-01"), day("2027-12-31")];
  expect(expandRecurrence(rule, { validFrom: day("1975-01-01"), from, to })).toEqual([]);
  expect(() => expandRecurrence(rule, { validFrom: day("1900-01-01"), from, to })).toThrow(
    RangeError,
  );
});
