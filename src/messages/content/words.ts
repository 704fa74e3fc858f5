/** Dates, times, amounts and persons as people say them, on the site's wall clock. Nothing here reads the clock. */
import type { Language } from "../../context.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { instantOfWallTime, localDateOf, localTimeOf } from "../../time/wall-clock.ts";
import type { MessageData } from "./content.ts";

/** In whose words and on whose clock. */
export interface WordStyle {
  readonly language: Language;
  /** ISO 3166-1 code of the administration's country, for the forms of dates and amounts. */
  readonly country: string;
  /** IANA zone of the site. */
  readonly zone: string;
}

/** What a visit is called: registry offices give appointments, pools and landfills take bookings. */
export type Noun = "appointment" | "booking";

/** Returns "Wednesday 3 March 2027". `at` is in epoch milliseconds. Throws RangeError for an unknown zone. */
export function dateInWords(at: number, style: WordStyle): string {
  return dayInWords("date", at, style);
}

/** Returns "Wed 3 Mar", for texts that must be short. */
function shortDateInWords(at: number, style: WordStyle): string {
  return dayInWords("short", at, style);
}

/** Returns "10:15", with the word that belongs to it ("10:15 Uhr"); in the hour that a clock change repeats, which one. */
export function timeInWords(at: number, style: WordStyle): string {
  return phrases[style.language].time(clockTime(at, style));
}

/** Returns "10:15 to 10:45". */
function timeRangeInWords(
  { start, end }: { readonly start: number; readonly end: number },
  style: WordStyle,
): string {
  return phrases[style.language].range(clockTime(start, style), clockTime(end, style));
}

/** Returns "Wednesday 3 March 2027 at 10:15", for deadlines. */
export function momentInWords(at: number, style: WordStyle): string {
  return phrases[style.language].moment(dateInWords(at, style), timeInWords(at, style));
}

/** Returns "Wed 3 Mar at 10:15". */
export function shortMomentInWords(at: number, style: WordStyle): string {
  return phrases[style.language].moment(shortDateInWords(at, style), timeInWords(at, style));
}

/** Returns "2 people". */
export function personsInWords(count: number, { language, country }: WordStyle): string {
  const locale = localeOf({ language, country });
  const isOne = pluralRules(locale).select(count) === "one";
  const [one, other] = phrases[language].persons;
  return `${numbers(locale, {}).format(count)} ${isOne ? one : other}`;
}

/** Returns "€22.21" in the locale's way. `currency` is an ISO 4217 code, the amount in its hundredths. */
export function amountInWords(amountCents: number, currency: string, style: WordStyle): string {
  return numbers(localeOf(style), { style: "currency", currency }).format(amountCents / 100);
}

/** Something to pay, as a line: "Card × 2: €44.42". */
export function feeInWords(
  fee: { label: string; amountCents: number; currency: string; quantity: number },
  style: WordStyle,
): string {
  const { label, amountCents, currency, quantity } = fee;
  const amount = amountInWords(amountCents * quantity, currency, style);
  return `${label}${quantity > 1 ? ` × ${quantity}` : ""}${labelMark(style.language)} ${amount}`;
}

/** What stands between a label and what it labels; French puts a space before it. */
export function labelMark(language: Language): string {
  return language === "fr" ? "\u00a0:" : ":";
}

/** When a visit is, as placeholders. Instants are in epoch milliseconds. */
export function visitWords(
  { startsAt, endsAt }: { readonly startsAt: number; readonly endsAt: number },
  style: WordStyle,
): Pick<MessageData, "date" | "date_short" | "time" | "time_range"> {
  return {
    date: dateInWords(startsAt, style),
    date_short: shortDateInWords(startsAt, style),
    time: timeInWords(startsAt, style),
    time_range: timeRangeInWords({ start: startsAt, end: endsAt }, style),
  };
}

/**
 * What a visit is called, as placeholders; says nothing of what it is for. German administrations in Italy call a
 * booking *Vormerkung*.
 */
export function nounWords(
  noun: Noun,
  administration: string,
  style: Pick<WordStyle, "language" | "country">,
): Pick<MessageData, "noun" | "title" | "is_booking"> {
  const isSouthTyrolean = style.language === "de" && style.country === "IT";
  const word = noun === "booking" && isSouthTyrolean ? "Vormerkung" : phrases[style.language][noun];
  const title = `${word.charAt(0).toUpperCase()}${word.slice(1)} – ${administration}`;
  return { noun: word, title, is_booking: noun === "booking" };
}

interface Phrases {
  readonly appointment: string;
  readonly booking: string;
  readonly persons: readonly [one: string, other: string];
  readonly time: (time: ClockTime) => string;
  readonly range: (from: ClockTime, to: ClockTime) => string;
  readonly moment: (date: string, time: string) => string;
}

const phrases: Readonly<Record<Language, Phrases>> = {
  it: {
    appointment: "appuntamento",
    booking: "prenotazione",
    persons: ["persona", "persone"],
    time: plainTime,
    range: (from, to) => `dalle ${plainTime(from)} alle ${plainTime(to)}`,
    moment: (date, time) => `${date}, ore ${time}`,
  },
  de: {
    appointment: "Termin",
    booking: "Reservierung",
    persons: ["Person", "Personen"],
    time: ({ time, zone }) => `${time} Uhr${inBrackets(zone)}`,
    range: (from, to) =>
      from.zone === "" && to.zone === ""
        ? `${from.time} bis ${to.time} Uhr`
        : `${from.time} Uhr${inBrackets(from.zone)} bis ${to.time} Uhr${inBrackets(to.zone)}`,
    moment: (date, time) => `${date}, ${time}`,
  },
  fr: {
    appointment: "rendez-vous",
    booking: "réservation",
    persons: ["personne", "personnes"],
    time: plainTime,
    range: (from, to) => `de ${plainTime(from)} à ${plainTime(to)}`,
    moment: (date, time) => `${date} à ${time}`,
  },
  en: {
    appointment: "appointment",
    booking: "booking",
    persons: ["person", "people"],
    time: plainTime,
    range: (from, to) => `${plainTime(from)} to ${plainTime(to)}`,
    moment: (date, time) => `${date} at ${time}`,
  },
};

/** Days and times as they were said: those who come on one day, or at one time, are told so one after the other. */
const saidDays = new Map<string, string>();
const saidTimes = new Map<string, ClockTime>();

function dayInWords(name: "date" | "short", at: number, style: WordStyle): string {
  const key = `${name}/${at}/${localeOf(style)}/${style.zone}`;
  return kept(saidDays, key, () => sayDay(name, at, style));
}

function sayDay(name: "date" | "short", at: number, style: WordStyle): string {
  const parts = formatter(name, style).formatToParts(dateFromEpochMs(at));
  // French says the first of a month as an ordinal number; CLDR has only the digit.
  const words = parts.map(({ type, value }) =>
    style.language === "fr" && type === "day" && value === "1" ? "1er" : value,
  );
  return words.join("");
}

/** A reading of a wall clock; the zone's short name only where the clock shows the time twice. */
interface ClockTime {
  readonly time: string;
  readonly zone: string;
}

function plainTime({ time, zone }: ClockTime): string {
  return `${time}${inBrackets(zone)}`;
}

function inBrackets(zone: string): string {
  return zone === "" ? "" : ` (${zone})`;
}

function clockTime(at: number, style: WordStyle): ClockTime {
  const key = `${at}/${localeOf(style)}/${style.zone}`;
  return kept(saidTimes, key, () => readClock(at, style));
}

function readClock(at: number, style: WordStyle): ClockTime {
  const wall = { date: localDateOf(at, style.zone), time: localTimeOf(at, style.zone) };
  const wallTime = { ...wall, zone: style.zone };
  const isShownTwice =
    instantOfWallTime(wallTime, "earlier") !== instantOfWallTime(wallTime, "later");
  return { time: wall.time, zone: isShownTwice ? zoneName(at, style) : "" };
}

function zoneName(at: number, style: WordStyle): string {
  const parts = formatter("zone", style).formatToParts(dateFromEpochMs(at));
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** British conventions for English, the administration's country otherwise. */
function localeOf({ language, country }: Pick<WordStyle, "language" | "country">): string {
  return language === "en" ? "en-GB" : `${language}-${country}`;
}

const dateFormats = {
  date: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  short: { weekday: "short", day: "numeric", month: "short" },
  zone: { hour: "2-digit", timeZoneName: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formatters = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();
const plurals = new Map<string, Intl.PluralRules>();

/** As many locales and zones as there are administrations and sites; making one costs some 30 µs, saying a day some 5. */
const KEPT_MAX = 2_000;

function formatter(name: keyof typeof dateFormats, style: WordStyle): Intl.DateTimeFormat {
  const locale = localeOf(style);
  return kept(formatters, `${name}/${locale}/${style.zone}`, () => {
    return new Intl.DateTimeFormat(locale, { ...dateFormats[name], timeZone: style.zone });
  });
}

function numbers(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}/${options.currency ?? ""}`;
  return kept(numberFormats, key, () => new Intl.NumberFormat(locale, options));
}

function pluralRules(locale: string): Intl.PluralRules {
  return kept(plurals, locale, () => new Intl.PluralRules(locale));
}

function kept<T>(made: Map<string, T>, key: string, make: () => T): T {
  const known = made.get(key);
  if (known !== undefined) return known;
  if (made.size >= KEPT_MAX) made.clear();
  const value = make();
  made.set(key, value);
  return value;
}
