/** Dates and times as people in the site's zone say them. Nothing here reads the clock. */
import { dateFromEpochMs } from "../time/clock.ts";
import { DAY_MS, dayNumberOf, type LocalDate } from "../time/local-date.ts";

/** Whose conventions and whose wall clock. */
export interface TimeStyle {
  /** BCP 47 locale. */
  readonly locale: string;
  /** IANA zone of the site. */
  readonly timeZone: string;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns "Wednesday 25 November 2026". */
export function formatLongDay(at: Date, style: TimeStyle): string {
  return format("long-day", style, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(at);
}

/** Returns "Wednesday 25 November". */
export function formatDay(at: Date, style: TimeStyle): string {
  return format("day", style, { weekday: "long", day: "numeric", month: "long" }).format(at);
}

/** Returns "25 Nov". */
export function formatShortDay(at: Date, style: TimeStyle): string {
  return format("short-day", style, { day: "numeric", month: "short" }).format(at);
}

/** Returns "Wed". */
export function formatWeekday(at: Date, style: TimeStyle): string {
  return format("weekday", style, { weekday: "short" }).format(at);
}

/** Returns "25 November". */
export function formatDayAndMonth(at: Date, style: TimeStyle): string {
  return format("day-month", style, { day: "numeric", month: "long" }).format(at);
}

/** Returns "10:15" on a 24-hour clock. */
export function formatTime(at: Date, style: TimeStyle): string {
  return format("time", style, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** Returns "10:15 CET", for the hour that a clock change repeats. */
export function formatTimeWithZone(at: Date, style: TimeStyle): string {
  const options = {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  } as const;
  return format("time-zone", style, options).format(at);
}

/** A calendar date as an instant at noon UTC, to be formatted with the zone UTC. */
export function dateAtNoon(date: LocalDate): Date {
  return dateFromEpochMs(dayNumberOf(date) * DAY_MS + DAY_MS / 2);
}

/** The style for calendar dates, which have no zone. */
export function dateStyle(style: TimeStyle): TimeStyle {
  return { locale: style.locale, timeZone: "UTC" };
}

/** Returns "€ 20.00" in the locale's way. */
export function formatMoney(amountCents: number, currency: string, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency }).format(amountCents / 100);
}

function format(
  name: string,
  style: TimeStyle,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${name}/${style.locale}/${style.timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(style.locale, { ...options, timeZone: style.timeZone });
  formats.set(key, made);
  return made;
}
