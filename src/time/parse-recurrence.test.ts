import fc from "fast-check";
import { expect, test } from "vitest";
import { expandRecurrence } from "./expand-recurrence.ts";
import { toLocalDate } from "./local-date.ts";
import { parseRecurrence, RECURRENCE_LENGTH_MAX } from "./parse-recurrence.ts";
import { canonicalRecurrence } from "./recurrence-rule.ts";

/** The written form of an accepted rule, or the code and part of its refusal. */
function outcome(text: string): string {
  const parsed = parseRecurrence(text);
  return parsed.ok
    ? canonicalRecurrence(parsed.rule)
    : `${parsed.fault.code}: ${parsed.fault.part}`;
}

test("rules of the allow-list are accepted and written in one form", () => {
  const forms = {
    "FREQ=DAILY": "FREQ=DAILY",
    "RRULE:freq=weekly;byday=we,mo,we;interval=1": "FREQ=WEEKLY;BYDAY=MO,WE",
    "BYDAY=-1FR,+1MO;FREQ=MONTHLY;INTERVAL=02": "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,1MO",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2":
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
    "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYDAY=-53SU": "FREQ=YEARLY;BYDAY=-53SU",
    "FREQ=DAILY;BYMONTHDAY=1,-1;UNTIL=20261231": "FREQ=DAILY;UNTIL=20261231;BYMONTHDAY=-1,1",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU;COUNT=5000": "FREQ=WEEKLY;INTERVAL=2;COUNT=5000;WKST=SU",
    "FREQ=MONTHLY;WKST=SU;BYMONTH=12,3": "FREQ=MONTHLY;BYMONTH=3,12",
  };
  expect(Object.keys(forms).map(outcome)).toEqual(Object.values(forms));
});

test("everything else is refused with a code and the offending part", () => {
  const refusals = {
    "": "malformed: ",
    "FREQ=DAILY;": "malformed: ",
    "FREQ=DAILY;;COUNT=2": "malformed: ",
    "FREQ=DAILY;BYDAY=": "malformed: BYDAY=",
    "FREQ=DAILY;BYDAY=MO TU": "malformed: BYDAY=MO TU",
    "FREQ=DAILY\nRRULE:FREQ=DAILY": "malformed: FREQ=DAILY\nRRULE:FREQ=DAILY",
    "EXRULE:FREQ=DAILY": "malformed: EXRULE:FREQ=DAILY",
    "FREQ=DAILY;COUNT=1;COUNT=2": "duplicate_part: COUNT=2",
    "FREQ=DAILY;DTSTART=20260101": "part_not_supported: DTSTART=20260101",
    "FREQ=YEARLY;BYWEEKNO=20": "part_not_supported: BYWEEKNO=20",
    "FREQ=YEARLY;BYYEARDAY=1": "part_not_supported: BYYEARDAY=1",
    "FREQ=YEARLY;BYEASTER=0": "part_not_supported: BYEASTER=0",
    "FREQ=DAILY;BYHOUR=9": "part_not_supported: BYHOUR=9",
    "FREQ=DAILY;BYMINUTE=9": "part_not_supported: BYMINUTE=9",
    "FREQ=DAILY;BYSECOND=61": "part_not_supported: BYSECOND=61",
    "FREQ=DAILY;RSCALE=CHINESE": "part_not_supported: RSCALE=CHINESE",
    "BYDAY=MO": "frequency_missing: ",
    "FREQ=HOURLY": "value_not_allowed: FREQ=HOURLY",
    "FREQ=DAILY;UNTIL=20261231T235959Z": "value_not_allowed: UNTIL=20261231T235959Z",
    "FREQ=DAILY;UNTIL=20260230": "value_not_allowed: UNTIL=20260230",
    "FREQ=DAILY;WKST=XX": "value_not_allowed: WKST=XX",
    "FREQ=WEEKLY;BYDAY=MO,XX": "value_not_allowed: BYDAY=MO,XX",
    "FREQ=MONTHLY;BYDAY=0MO": "value_not_allowed: BYDAY=0MO",
    "FREQ=MONTHLY;BYDAY=6MO": "value_not_allowed: BYDAY=6MO",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=6MO": "value_not_allowed: BYDAY=6MO",
    "FREQ=YEARLY;BYDAY=54MO": "value_not_allowed: BYDAY=54MO",
    "FREQ=DAILY;BYMONTH=13": "value_not_allowed: BYMONTH=13",
    "FREQ=DAILY;BYMONTH=-1": "value_not_allowed: BYMONTH=-1",
    "FREQ=DAILY;BYMONTHDAY=0": "value_not_allowed: BYMONTHDAY=0",
    "FREQ=DAILY;BYMONTHDAY=1,,2": "value_not_allowed: BYMONTHDAY=1,,2",
    "FREQ=DAILY;INTERVAL=2,3": "value_not_allowed: INTERVAL=2,3",
    "FREQ=DAILY;COUNT=1;UNTIL=20261231": "combination_not_allowed: COUNT",
    "FREQ=WEEKLY;BYDAY=1MO": "combination_not_allowed: BYDAY",
    "FREQ=DAILY;BYDAY=1MO": "combination_not_allowed: BYDAY",
    "FREQ=MONTHLY;BYDAY=MO,1FR": "combination_not_allowed: BYDAY",
    "FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=3": "combination_not_allowed: BYMONTHDAY",
    "FREQ=WEEKLY;BYMONTHDAY=3": "combination_not_allowed: BYMONTHDAY",
    "FREQ=YEARLY;BYMONTHDAY=29": "combination_not_allowed: BYMONTHDAY",
    "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1": "combination_not_allowed: BYSETPOS",
    "FREQ=DAILY;BYDAY=MO;BYSETPOS=1": "combination_not_allowed: BYSETPOS",
    "FREQ=MONTHLY;BYSETPOS=1": "combination_not_allowed: BYSETPOS",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30": "never_matches: BYMONTH;BYMONTHDAY",
    "FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31": "never_matches: BYMONTH;BYMONTHDAY",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=-30": "never_matches: BYMONTH;BYMONTHDAY",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6": "never_matches: BYDAY;BYSETPOS",
  };
  expect(Object.keys(refusals).map(outcome)).toEqual(Object.values(refusals));
});

test("rare dates are not mistaken for impossible ones", () => {
  const rare = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
    "FREQ=MONTHLY;BYMONTH=2;BYDAY=5TU",
    "FREQ=YEARLY;BYDAY=53WE",
  ];
  expect(rare.map((text) => parseRecurrence(text).ok)).toEqual([true, true, true]);
});

/** Payloads that block, exhaust or confuse recurrence libraries. */
const BOMBS = [
  "INTERVAL=-1",
  "INTERVAL=0",
  "INTERVAL=0.5",
  "INTERVAL=1e3",
  "INTERVAL=100",
  "INTERVAL=99999999999999999999",
  "INTERVAL=NaN",
  "INTERVAL=0x10",
  "COUNT=-1",
  "COUNT=0",
  "COUNT=1e9",
  "COUNT=1000000000",
  "COUNT=Infinity",
  "COUNT=5001",
  "BYSECOND=61",
  "BYHOUR=1,3,5",
  "BYMINUTE=0,1,2",
  "BYEASTER=1",
  "BYWEEKNO=53",
  "BYYEARDAY=-366",
  "BYMONTH=2;BYMONTHDAY=30",
  "BYMONTH=4;BYMONTHDAY=31",
  "BYMONTHDAY=32",
  "BYMONTHDAY=--1",
  "BYDAY=9999MO",
  "BYSETPOS=367",
  "BYSETPOS=0",
  "UNTIL=99999999",
  "UNTIL=00000000",
  "DTSTART=19000101",
  "DTSTART;TZID=Mars/Base:20260101",
  "EXRULE=FREQ=DAILY",
  "EXDATE=20260101",
  "__PROTO__=1",
  "CONSTRUCTOR=1",
  "BYDAY=\0MO",
  "BYDAY=\ud800",
  "BYMONTH=\u0661",
].map((part) => `FREQ=DAILY;${part}`);
const HUGE = [
  "FREQ=SECONDLY",
  "FREQ=HOURLY;INTERVAL=2;BYHOUR=1",
  "x".repeat(1_000_000),
  `FREQ=DAILY;BYDAY=${"MO,".repeat(300_000)}MO`,
  ";".repeat(1_000_000),
];
/** Allowed rules that make the most work. */
const HEAVY = [
  "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
  "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;INTERVAL=97",
  "FREQ=DAILY;COUNT=5000",
  "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
  "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366",
  "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
];

test("forty rules made to block are refused without being tried out", () => {
  const refused = [...BOMBS, ...HUGE];
  expect(refused.length).toBeGreaterThanOrEqual(40);
  for (const text of refused) {
    expect(parseRecurrence(text)).toMatchObject({ ok: false });
  }
});

test("the heaviest allowed rules are read and expanded over 24 months before the test runs out of time", () => {
  const window = {
    validFrom: toLocalDate("2025-02-05"),
    from: toLocalDate("2026-01-01"),
    to: toLocalDate("2027-12-31"),
  };
  for (const text of HEAVY) {
    const parsed = parseRecurrence(text);
    expect({ text, isAllowed: parsed.ok }).toEqual({ text, isAllowed: true });
    if (parsed.ok) expect(expandRecurrence(parsed.rule, window)).toBeInstanceOf(Array);
  }
});

test("any text gives a rule or a refusal in plain words, never an exception", () => {
  const piece = fc.constantFrom(
    "FREQ",
    "=",
    ";",
    ",",
    "DAILY",
    "BYDAY",
    "MO",
    "-",
    "1",
    "99",
    "INTERVAL",
    "\0",
    " ",
    "é",
  );
  const anyText = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map((all) => all.join("")),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const parsed = parseRecurrence(text);
      if (parsed.ok) return;
      expect(parsed.fault.message).toMatch(/^[A-Z].*\.$/);
      expect(parsed.fault.part.length).toBeLessThanOrEqual(60);
    }),
    { numRuns: 2_000 },
  );
});

test("a rule longer than the limit is refused before it is read", () => {
  const padded = (length: number) =>
    `FREQ=DAILY;BYMONTH=${"1,".repeat(length)}`.slice(0, length - 1) + "1";
  expect(outcome(padded(RECURRENCE_LENGTH_MAX + 1))).toMatch(/^too_long/);
  expect(outcome(padded(RECURRENCE_LENGTH_MAX))).not.toMatch(/^too_long/);
});
