import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { languages } from "../../context.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { localTimeOf } from "../../time/wall-clock.ts";
import {
  amountInWords,
  dateInWords,
  feeInWords,
  momentInWords,
  nounWords,
  personsInWords,
  shortMomentInWords,
  timeInWords,
  visitWords,
  type WordStyle,
} from "./words.ts";

const rome = { country: "IT", zone: "Europe/Rome" };
const at = (text: string): number => Date.parse(text);

test.each([
  ["it", "mercoledì 3 marzo 2027", "mer 3 mar", "10:15", "dalle 10:15 alle 10:45"],
  ["de", "Mittwoch, 3. März 2027", "Mi., 3. März", "10:15 Uhr", "10:15 bis 10:45 Uhr"],
  ["fr", "mercredi 3 mars 2027", "mer. 3 mars", "10:15", "de 10:15 à 10:45"],
  ["en", "Wednesday, 3 March 2027", "Wed 3 Mar", "10:15", "10:15 to 10:45"],
] as const)("a visit in %s is %s", (...[language, date, date_short, time, time_range]) => {
  const visit = { startsAt: at("2027-03-03T09:15:00Z"), endsAt: at("2027-03-03T09:45:00Z") };
  expect(visitWords(visit, { ...rome, language })).toEqual({
    date,
    date_short,
    time,
    time_range,
  });
});

test.each([
  ["it", "mercoledì 3 marzo 2027, ore 10:15", "mer 3 mar, ore 10:15"],
  ["de", "Mittwoch, 3. März 2027, 10:15 Uhr", "Mi., 3. März, 10:15 Uhr"],
  ["fr", "mercredi 3 mars 2027 à 10:15", "mer. 3 mars à 10:15"],
  ["en", "Wednesday, 3 March 2027 at 10:15", "Wed 3 Mar at 10:15"],
] as const)("a deadline in %s is %s", (language, long, short) => {
  const moment = at("2027-03-03T09:15:00Z");
  expect(momentInWords(moment, { ...rome, language })).toBe(long);
  expect(shortMomentInWords(moment, { ...rome, language })).toBe(short);
});

test("French says the first of a month as an ordinal number, and only the first", () => {
  const style = { ...rome, language: "fr" } as const;
  expect(dateInWords(at("2027-03-01T09:00:00Z"), style)).toBe("lundi 1er mars 2027");
  expect(dateInWords(at("2027-03-11T09:00:00Z"), style)).toBe("jeudi 11 mars 2027");
});

describe("across clock changes", () => {
  test.each([
    ["it", "02:30 (CEST)", "02:30 (CET)"],
    ["de", "02:30 Uhr (MESZ)", "02:30 Uhr (MEZ)"],
    ["fr", "02:30 (UTC+2)", "02:30 (UTC+1)"],
    ["en", "02:30 (CEST)", "02:30 (CET)"],
  ] as const)("the repeated hour says in %s which one it is", (language, first, second) => {
    const style = { ...rome, language };
    expect(timeInWords(at("2026-10-25T00:30:00Z"), style)).toBe(first);
    expect(timeInWords(at("2026-10-25T01:30:00Z"), style)).toBe(second);
    expect(timeInWords(at("2026-10-25T02:30:00Z"), style)).not.toContain("(");
  });

  test("a visit over the spring gap ends at the later wall time", () => {
    const visit = { startsAt: at("2027-03-28T00:45:00Z"), endsAt: at("2027-03-28T01:15:00Z") };
    const { time_range } = visitWords(visit, { ...rome, language: "it" });
    expect(time_range).toBe("dalle 01:45 alle 03:15");
  });

  test("the day is the one on the site's calendar, not that of UTC", () => {
    const moment = at("2027-06-30T22:30:00Z");
    expect(dateInWords(moment, { ...rome, language: "it" })).toBe("giovedì 1 luglio 2027");
    expect(dateInWords(moment, { ...rome, zone: "America/New_York", language: "it" })).toBe(
      "mercoledì 30 giugno 2027",
    );
  });

  test("any instant has the date and time that Intl gives for the zone", () => {
    const zones = ["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
    const instant = fc.integer({
      min: at("2020-01-01T00:00:00Z"),
      max: at("2040-01-01T00:00:00Z"),
    });
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (moment, zone) => {
        const style: WordStyle = { country: "IT", zone, language: "en" };
        const parts = new Intl.DateTimeFormat("en-GB", {
          timeZone: zone,
          dateStyle: "full",
          timeStyle: "short",
        }).formatToParts(dateFromEpochMs(moment));
        const valueOf = (wanted: string) => parts.find(({ type }) => type === wanted)?.value;
        expect(timeInWords(moment, style).slice(0, 5)).toBe(
          `${valueOf("hour")}:${valueOf("minute")}`,
        );
        expect(timeInWords(moment, style).slice(0, 5)).toBe(localTimeOf(moment, zone));
        expect(dateInWords(moment, style)).toContain(`${valueOf("day")} ${valueOf("month")}`);
      }),
    );
  });

  test("words do not depend on the process's time zone", () => {
    const code = `
      import { visitWords } from "./src/messages/content/words.ts";
      const visit = { startsAt: ${at("2026-10-25T00:30:00Z")}, endsAt: ${at("2026-10-25T01:30:00Z")} };
      process.stdout.write(JSON.stringify(visitWords(visit, { language: "de", country: "IT", zone: "Europe/Rome" })));`;
    const said = ["UTC", "Pacific/Kiritimati", "America/New_York"].map((TZ) =>
      execFileSync(process.execPath, ["--input-type=module", "-e", code], {
        encoding: "utf8",
        env: { TZ },
      }),
    );
    expect(new Set(said).size).toBe(1);
  });
});

test.each([
  ["it", "1 persona", "12 persone", "22,21\u00a0€"],
  ["de", "1 Person", "12 Personen", "22,21\u00a0€"],
  ["fr", "1 personne", "12 personnes", "22,21\u00a0€"],
  ["en", "1 person", "12 people", "€22.21"],
] as const)("persons and amounts in %s", (...[language, one, many, amount]) => {
  const style = { ...rome, language };
  expect(personsInWords(1, style)).toBe(one);
  expect(personsInWords(12, style)).toBe(many);
  expect(amountInWords(2_221, "EUR", style)).toBe(amount);
});

test("a fee says what, how often and how much in all", () => {
  const fee = { label: "Karte", amountCents: 2_221, currency: "EUR", quantity: 2 };
  expect(feeInWords(fee, { ...rome, language: "de" })).toBe("Karte × 2: 44,42\u00a0€");
  expect(feeInWords({ ...fee, quantity: 1 }, { ...rome, language: "fr" })).toBe(
    "Karte\u00a0: 22,21\u00a0€",
  );
});

test.each(languages)(
  "a visit's name in %s says nothing of its reason and knows both nouns",
  (language) => {
    const [appointment, booking] = (["appointment", "booking"] as const).map((noun) =>
      nounWords(noun, "Comune", { language, country: "IT" }),
    );
    expect(appointment?.is_booking).toBe(false);
    expect(booking?.is_booking).toBe(true);
    expect(booking?.noun).not.toBe(appointment?.noun);
    expect(booking?.title).toMatch(/^\p{Lu}.* – Comune$/u);
  },
);

test("South Tyrol says Vormerkung for a booking, other German-speaking administrations Reservierung", () => {
  const nounIn = (country: string) => nounWords("booking", "Amt", { language: "de", country }).noun;
  expect(nounIn("IT")).toBe("Vormerkung");
  expect(nounIn("AT")).toBe("Reservierung");
});
