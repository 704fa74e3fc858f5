import { z } from "@hono/zod-openapi";
import { language, idOrCode, localizedText, uuid } from "../../http/text-schema.ts";
import { instant, instantText, localTime } from "../../http/time-schema.ts";
import { pageOf } from "../../http/request-schema.ts";
import { urgentStatuses } from "./urgent-closure.ts";

/** What a preview of an urgent closure is asked for. */
export const previewUrgentSchema = z
  .strictObject({
    site: idOrCode,
    resource_ids: z
      .array(uuid)
      .min(1)
      .max(100)
      .optional()
      .openapi({ description: "Of the site; all of it unless said." }),
    service: idOrCode.optional().openapi({
      description:
        "Suspends this service at the site, while its resources stay open for others; not together with resources.",
    }),
    from: localTime
      .optional()
      .openapi({ description: "Today on the site's clock; now unless said." }),
    until: localTime.nullable().openapi({
      description: "Today on the site's clock: a suspension. Null: closed for the rest of the day.",
    }),
    reason: localizedText({ max: 200 }).openapi({
      description:
        "Told to those concerned and shown on the pages, as one sentence; who reads another language gets the administration's.",
    }),
    on_the_way_minutes: z.int().min(0).max(240).default(30).openapi({
      description:
        "Of a suspension: whose visit begins within so many minutes keeps the place, as far as the first hour after reopening has room.",
    }),
  })
  .refine((input) => input.service === undefined || input.resource_ids === undefined, {
    path: ["service"],
    message: "name resources or a service, not both",
  })
  .openapi("PreviewUrgentClosure");

export const startUrgentSchema = z
  .strictObject({
    digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest of the preview"),
    count: z.int().min(0).max(250_000).optional().openapi({
      description: "People who are told, typed again; needed above 500.",
    }),
  })
  .openapi("StartUrgentClosure");

const numbersSchema = z
  .strictObject({
    kept: z.int().openapi({ description: "On the way: they wait and are served after reopening." }),
    moved: z.int().openapi({
      description: "At an equivalent resource at the same time; nobody is told.",
    }),
    lost: z.int().openapi({ description: "They have to choose." }),
    told: z.int().openapi({ description: "Kept and lost." }),
    by_sms: z.int(),
    by_email: z.int(),
    by_phone: z.int().openapi({ description: "Can only be called: on the phone list." }),
    unreachable: z.int().openapi({ description: "Left no contact; on the phone list too." }),
    holds_released: z.int(),
  })
  .openapi("UrgentClosureNumbers");

const shape = {
  id: uuid,
  status: z.enum(urgentStatuses),
  site_id: uuid,
  resource_ids: z.array(uuid).nullable(),
  service_id: uuid.nullable(),
  starts_at: instantText,
  ends_at: instantText,
  is_suspension: z.boolean(),
  is_over: z.boolean(),
  on_the_way_minutes: z.int(),
  reason: localizedText({ max: 200 }),
  numbers: numbersSchema,
  operation_ids: z
    .array(uuid)
    .openapi({ description: "The bulk operations that tell those concerned." }),
  created_at: instantText,
  expires_at: instantText.openapi({ description: "Until when the preview can be started." }),
  started_at: instantText.nullable(),
  lifted_at: instantText.nullable(),
  version: z.int(),
};

export const urgentSchema = z.strictObject(shape).openapi("UrgentClosure");
export const urgentPageSchema = pageOf(urgentSchema).openapi("UrgentClosurePage");

const progressSchema = z.strictObject({
  waiting: z.int(),
  moved_away: z.int(),
  cancelled: z.int(),
  undecided: z.int(),
});

export const urgentStateSchema = z
  .strictObject({ ...shape, progress: progressSchema })
  .openapi("UrgentClosureState");

export const urgentPreviewSchema = z
  .strictObject({
    ...shape,
    progress: progressSchema,
    digest: z.string().openapi({ description: "Confirms that this preview was seen." }),
    is_count_needed: z.boolean(),
    samples: z.array(
      z.strictObject({
        appointment_id: uuid,
        language,
        channel: z.enum(["email", "sms"]),
        subject: z.string().nullable(),
        text: z.string(),
        parts: z.int().nullable(),
      }),
    ),
  })
  .openapi("UrgentClosurePreview");

/** What somebody who lost his place chooses. */
export const urgentChoiceSchema = z
  .discriminatedUnion("choice", [
    z.strictObject({ choice: z.literal("wait") }),
    z.strictObject({ choice: z.literal("later_today"), starts_at: instant }),
    z.strictObject({
      choice: z.literal("another_day"),
      starts_at: instant,
      site: idOrCode.optional(),
    }),
    z.strictObject({ choice: z.literal("cancel") }),
  ])
  .openapi("UrgentChoice");

export const urgentOptionsSchema = z
  .strictObject({
    closure_id: uuid,
    can_wait: z.boolean(),
    ends_at: instantText,
    later_today: z.array(z.strictObject({ starts_at: instantText, places: z.int() })),
  })
  .openapi("UrgentOptions");

export const noticesSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        id: uuid,
        site_id: uuid,
        resource_ids: z
          .array(uuid)
          .nullable()
          .openapi({ description: "What is closed; null: the whole site." }),
        service_ids: z
          .array(uuid)
          .nullable()
          .openapi({ description: "What these resources serve; null: everything." }),
        names: z.array(localizedText({ max: 500 })).openapi({
          description: "What the suspended service or these resources are called.",
        }),
        starts_at: instantText,
        ends_at: instantText,
        is_suspension: z.boolean().openapi({ description: "Whether it opens again today." }),
        reason: localizedText({ max: 200 }),
      }),
    ),
  })
  .openapi("SiteNotices");
