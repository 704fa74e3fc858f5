import { z } from "@hono/zod-openapi";
import { uuid } from "../http/text-schema.ts";
import { localDate } from "../http/time-schema.ts";
import { openingModes } from "./schedule.ts";

const count = z.int().min(0);

/** What a change did to the slots; the doc of `FollowUp` says when it is left to the job. */
export const followUpSchema = z
  .union([
    z.strictObject({
      applied: z.literal("now"),
      slots_created: count,
      slots_removed: count,
      slots_changed: count,
      holds_released: count,
      appointments_moved: count.openapi({
        description:
          "Appointments that equivalent resources took over at the same time; nobody needs to be told.",
      }),
      appointments_in_conflict: count.openapi({
        description:
          "Appointments that lost their places; `GET /appointments/conflicts` lists them.",
      }),
      appointments_supported_again: count,
    }),
    z.strictObject({
      applied: z.literal("by_job").openapi({
        description: "The change is large: a job lets the slots follow, usually within seconds.",
      }),
    }),
  ])
  .openapi("SlotFollowUp");

export const openingMode = z.enum(openingModes).openapi({
  description: "Booked, given to whoever comes, or not decided yet.",
});

/** A date in an answer. */
export const dateText = z.iso.date().openapi({ example: "2026-12-24" });

const lastDay = { description: "Last day, at most 366 days after `starts_on`." };

/** Whom a dated exception concerns and when, in an answer. */
export const datedShape = {
  site_id: uuid.nullable(),
  resource_id: uuid.nullable(),
  starts_on: dateText,
  ends_on: dateText.openapi(lastDay),
};

/** The days in a request. */
export const datesInput = { starts_on: localDate, ends_on: localDate.openapi(lastDay) };

/** The same in a request, where naming neither site nor resource means the whole administration. */
export const datedInput = {
  site_id: uuid.nullable().default(null),
  resource_id: uuid.nullable().default(null),
  ...datesInput,
};

/** The answer to retiring something. */
export const retiredSchema = z.strictObject({ slots: followUpSchema }).openapi("RetiredSchedule");
