import { z } from "@hono/zod-openapi";
import { versionSeen } from "../../catalog/version-seen.ts";
import { channels } from "../../context.ts";
import { pageOf } from "../../http/request-schema.ts";
import { code, uuid } from "../../http/text-schema.ts";
import { localDate, localEndTime, localTime } from "../../http/time-schema.ts";
import { RECURRENCE_LENGTH_MAX } from "../../time/parse-recurrence.ts";
import { dateText, followUpSchema, openingMode } from "../schema.ts";

const rrule = z.string().max(RECURRENCE_LENGTH_MAX).openapi({
  description:
    "RFC 5545 rule of a recurring opening: FREQ from DAILY to YEARLY, INTERVAL, BYDAY, BYMONTH, BYMONTHDAY, BYSETPOS, COUNT or UNTIL. Null for an extra opening, which is open every day of its range.",
  example: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
});

const lifted = z.strictObject({ days_before: z.int().min(0).max(90), time: localTime });

const ceilingFacts = {
  scope: z.enum(["cell", "day"]),
  channel: z.enum(channels).nullable(),
  service_id: uuid.nullable(),
  capacity: z.int().min(0).max(100_000),
  lifted: lifted.nullable().openapi({
    description: "From when the unused share flows back to all, on the site's clock.",
  }),
};

const ceiling = z.strictObject(ceilingFacts).openapi("Ceiling");

const createCeiling = z
  .strictObject({
    ...ceilingFacts,
    channel: ceilingFacts.channel.default(null),
    service_id: ceilingFacts.service_id.default(null),
    lifted: ceilingFacts.lifted.default(null),
  })
  .openapi("CreateCeiling");

const facts = {
  rrule: rrule.nullable(),
  starts_on: localDate,
  ends_on: localDate.nullable().openapi({ description: "Last day; null for no end." }),
  start_time: localTime,
  end_time: localEndTime.openapi({
    description: "On the next day when not after `start_time`.",
  }),
  start_step_minutes: z.int().min(5).max(1_440).openapi({
    description: "Appointments start every so many minutes; a multiple of the resource's cells.",
  }),
  capacity: z.int().min(0).max(10_000),
  mode: openingMode,
  runs_on_holidays: z.boolean(),
  overrides_closures: z.boolean().openapi({
    description:
      "Extra openings only: open whatever the day is, in place of other openings at the same time.",
  }),
  service_ids: z.array(uuid).max(200).readonly().openapi({
    description: "Only these of the resource's services; empty means all.",
  }),
  ceilings: z.array(ceiling).max(50).readonly(),
};

export const createOpeningSchema = z
  .strictObject({
    ...facts,
    resource_id: uuid,
    code,
    kind: z.enum(["recurring", "extra"]).default("recurring"),
    rrule: facts.rrule.default(null),
    ends_on: facts.ends_on.default(null),
    start_step_minutes: facts.start_step_minutes.optional(),
    mode: facts.mode.default("bookable"),
    runs_on_holidays: facts.runs_on_holidays.default(false),
    overrides_closures: facts.overrides_closures.default(false),
    service_ids: facts.service_ids.default([]),
    ceilings: z.array(createCeiling).max(50).readonly().default([]),
  })
  .openapi("CreateOpening");

/** What is to be otherwise, and the version the caller saw. */
export const changeOpeningSchema = z
  .strictObject({ ...facts, ceilings: z.array(createCeiling).max(50).readonly() })
  .partial()
  .extend({ version: versionSeen })
  .openapi("ChangeOpening");

export const openingSchema = z
  .strictObject({
    ...facts,
    starts_on: dateText,
    ends_on: dateText.nullable(),
    id: uuid,
    resource_id: uuid,
    code,
    kind: z.enum(["recurring", "extra"]),
    version: z.int(),
    is_retired: z.boolean(),
  })
  .openapi("Opening");

export const openingPageSchema = pageOf(openingSchema).openapi("OpeningPage");

export const changedOpeningSchema = z
  .strictObject({ opening: openingSchema, slots: followUpSchema })
  .openapi("ChangedOpening");
