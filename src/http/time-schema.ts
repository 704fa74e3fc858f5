import { z } from "@hono/zod-openapi";
import { dateFromEpochMs } from "../time/clock.ts";
import { isLocalDate } from "../time/local-date.ts";
import { isTimeZone } from "../time/zone-offset.ts";

const instantShape = /^(20|21)\d\d-/;

/** An instant in a request: ISO 8601 with seconds and `Z` or an offset, of the years 2000 to 2199; becomes a Date. */
export const instant = z.iso
  .datetime({ offset: true })
  .max(40)
  .regex(instantShape, "must be in the years 2000 to 2199")
  .transform((text) => dateFromEpochMs(Date.parse(text)))
  .openapi({ type: "string", format: "date-time", example: "2026-12-01T09:00:00+01:00" });

/** An instant in an answer: `Date.toISOString()`, in UTC. */
export const instantText = z.iso.datetime().openapi({ example: "2026-12-01T08:00:00.000Z" });

/** A date on the site's calendar, `YYYY-MM-DD`, of the years 2000 to 2199. */
export const localDate = z.iso
  .date()
  .regex(instantShape, "must be in the years 2000 to 2199")
  .refine(isLocalDate, "must be a date")
  .openapi({ format: "date", example: "2026-12-01" });

/** A time on the site's clock, `HH:MM`. */
export const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 08:30")
  .openapi({ example: "08:30" });

/** The end of something on the site's clock: as `localTime`, or `24:00`. */
export const localEndTime = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "must be a time such as 17:30, or 24:00")
  .openapi({ example: "12:30" });

/** An IANA time zone that this process knows. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "must be an IANA time zone such as Europe/Rome")
  .openapi({ example: "Europe/Rome" });
