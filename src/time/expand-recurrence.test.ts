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
  return dates.map((date) => Temporal.ZonedDateTime.from(`${date}`).toPlainDate().toString());
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
