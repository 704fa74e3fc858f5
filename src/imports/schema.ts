import { z } from "@hono/zod-openapi";
import { createEligibilityListSchema, eligibilityKey } from "../catalog/eligibility/schema.ts";
import { holidayFacts } from "../catalog/local-holidays/schema.ts";
import { createResourceSchema } from "../catalog/resources/schema.ts";
import { limitFacts } from "../catalog/service-limits/schema.ts";
import { createServiceSchema } from "../catalog/services/schema.ts";
import { createSiteSchema } from "../catalog/sites/schema.ts";
import { channels } from "../context.ts";
import { code, optionalLocalizedText, plainText } from "../http/text-schema.ts";
import { localDate, localEndTime, localTime } from "../http/time-schema.ts";
import { changeTenantSchema } from "../identity/schema.ts";
import { openingModes } from "../scheduling/schedule.ts";
import { settingsShape as waitlistShape } from "../waitlist/schema.ts";

/** For people who read the file: sources, assumptions. Not imported. */
const note = plainText({ max: 2_000, isMultiline: true }).optional();

const tenant = changeTenantSchema
  .omit({ version: true })
  .required()
  .extend({
    slug: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "must be lower-case letters, digits and hyphens"),
    default_language: changeTenantSchema.shape.default_language,
    holiday_region: changeTenantSchema.shape.holiday_region.default(null),
    contact: changeTenantSchema.shape.contact.default({}),
    is_training: z.boolean().default(false),
    note,
  });

const limit = z.strictObject({
  ...limitFacts,
  counted: limitFacts.counted.default("appointments"),
  rolling_days: limitFacts.rolling_days.default(null),
  note,
});

const { is_on: isOn, ...waitlistFacts } = waitlistShape;
const waitlist = z.strictObject({ is_on: isOn.default(true), ...waitlistFacts });

const service = createServiceSchema.omit({ eligibility_list_id: true }).extend({
  eligibility_list: code.nullable().default(null),
  limits: z.array(limit).max(20).optional().meta({
    description: "The complete list; without it the service's limits stay as they are.",
  }),
  waitlist: waitlist.optional().meta({
    description: "How people wait for a place; without it the service's waitlist stays as it is.",
  }),
  note,
});

const resource = createResourceSchema.omit({ site_id: true, service_ids: true }).extend({
  site: code,
  services: z.array(code).max(200).default([]),
  note,
});

const ceiling = z.strictObject({
  scope: z.enum(["cell", "day"]),
  channel: z.enum(channels).nullable().default(null),
  service: code.nullable().default(null),
  capacity: z.int().min(0).max(100_000),
  lifted: z
    .strictObject({ days_before: z.int().min(0).max(90), time: localTime })
    .nullable()
    .default(null),
});

const openingShape = {
  resource: code,
  code,
  starts_on: localDate,
  start_time: localTime,
  end_time: localEndTime,
  start_step_minutes: z.int().min(5).max(1_440).optional(),
  capacity: z.int().min(0).max(10_000),
  mode: z.enum(openingModes).default("bookable"),
  runs_on_holidays: z.boolean().default(false),
  services: z.array(code).max(200).default([]),
  ceilings: z.array(ceiling).max(50).default([]),
  note,
};

const opening = z.strictObject({
  ...openingShape,
  rrule: z.string().max(500),
  ends_on: localDate.nullable().default(null),
});

const extraOpening = z.strictObject({
  ...openingShape,
  ends_on: localDate,
  overrides_closures: z.boolean().default(false),
});

const dated = {
  code,
  site: code.nullable().default(null),
  resource: code.nullable().default(null),
  starts_on: localDate,
  ends_on: localDate,
  note,
};

const closure = z.strictObject({
  ...dated,
  start_time: localTime.default("00:00"),
  end_time: localEndTime.default("24:00"),
  reason: optionalLocalizedText({ max: 500 }).default({}),
});

const dayMark = z.strictObject({ ...dated, mode: z.enum(openingModes) });

const codes = z.array(code).max(10_000).default([]);

/** What is to be retired; nothing is because it is merely not in the document. */
const retired = z.strictObject({
  openings: z
    .array(z.strictObject({ resource: code, code }))
    .max(10_000)
    .default([]),
  closures: codes,
  day_marks: codes,
  resources: codes,
  services: codes,
  sites: codes,
});

const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).max(10_000).default([]);

/** Keys on one list of a document at most. */
const KEYS_MAX = 500_000;

/** One administration as a document: what it is, what can be booked where and when. Everything is named by its code. */
export const municipalitySchema = z.strictObject({
  format: z.literal("sportello-municipality/1"),
  note,
  tenant,
  eligibility_lists: listOf(
    createEligibilityListSchema.extend({
      entries: z.array(eligibilityKey).max(KEYS_MAX).default([]).meta({
        description: "Keys to be put on the list; others stay on it.",
      }),
      note,
    }),
  ),
  sites: listOf(createSiteSchema.extend({ note })),
  local_holidays: listOf(
    z.strictObject({ ...holidayFacts, site: code.nullable().default(null), note }),
  ),
  services: listOf(service),
  resources: listOf(resource),
  closures: listOf(closure),
  day_marks: listOf(dayMark),
  openings: listOf(opening),
  extra_openings: listOf(extraOpening),
  retired: retired.prefault({}),
});

export type Municipality = z.infer<typeof municipalitySchema>;
