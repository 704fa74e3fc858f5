/** Times of day on a wall clock, without a date or a zone. */

declare const localTimeBrand: unique symbol;

/** A time of day as `HH:MM`, 00:00 to 23:59. Ascending times sort as strings. */
export type LocalTime = string & { readonly [localTimeBrand]: true };

/** A time at which something ends: a {@link LocalTime}, or `24:00` for the end of the day. */
export type LocalEndTime = LocalTime | "24:00";

const SHAPE = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Tells whether the text is a time of day in `HH:MM`, 00:00 to 23:59. */
export function isLocalTime(text: string): text is LocalTime {
  return SHAPE.test(text);
}

/** Tells whether the text is a time of day in `HH:MM`, 00:00 to 24:00. */
export function isLocalEndTime(text: string): text is LocalEndTime {
  return text === "24:00" || isLocalTime(text);
}

/** Returns the text as a time of day. Throws RangeError when it is not `HH:MM` up to 23:59. */
export function toLocalTime(text: string): LocalTime {
  if (!isLocalTime(text)) throw new RangeError(`'${text}' is not a time of the form HH:MM`);
  return text;
}

/** Returns the text as the time at which something ends. Throws RangeError when it is not `HH:MM` up to 24:00. */
export function toLocalEndTime(text: string): LocalEndTime {
  if (!isLocalEndTime(text)) throw new RangeError(`'${text}' is not a time of the form HH:MM`);
  return text;
}

/** Returns the minutes from 00:00 on the wall clock, 0 to 1440. */
export function minutesOfTime(time: LocalEndTime): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** Returns the time of day that many minutes after 00:00. Throws RangeError outside 0 to 1439. */
export function timeOfMinutes(minutes: number): LocalTime {
  const pad = (value: number): string => String(value).padStart(2, "0");
  return toLocalTime(`${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`);
}
