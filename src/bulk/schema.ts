import { z } from "@hono/zod-openapi";
import { appointmentStatuses, supports } from "../appointments/appointment.ts";
import { channels, languages } from "../context.ts";
import { pageOf } from "../http/request-schema.ts";
import { idOrCode, language, plainText, uuid } from "../http/text-schema.ts";
import { instant, instantText, localDate, localEndTime, localTime } from "../http/time-schema.ts";
import { messageStatuses, receiptStates } from "../messages/message-state.ts";
import { phoneTaskOutcomes, phoneTaskStatuses } from "../messages/phone-tasks/phone-task.ts";
import {
  bulkKinds,
  bulkReasons,
  bulkStatuses,
  freedCapacities,
  itemOutcomes,
  visitStatuses,
} from "./operation.ts";

const namesMax = 100;

function some<Item extends z.ZodType>(item: Item) {
  return z.array(item).min(1).max(namesMax);
}

/** A date in an answer. */
const dateText = z.iso.date().openapi({ example: "2026-12-01" });

const filterInput = z
  .strictObject({
    from: localDate,
    to: localDate,
    from_time: localTime.default("00:00").openapi({ description: "On the first day." }),
    to_time: localEndTime.default("24:00").openapi({ description: "On the last day." }),
    site_ids: some(uuid).optional(),
    resource_ids: some(uuid).optional(),
    service_ids: some(uuid).optional(),
    support: z.enum(supports).optional(),
    statuses: some(z.enum(visitStatuses)).optional().openapi({
      description:
        "`booked`: all; `awaited`: asked to say that they come, without an answer; `confirmed`: they said so.",
    }),
    channels: some(z.enum(channels)).optional(),
    languages: some(language).optional(),
  })
  .refine((filter) => filter.site_ids === undefined || filter.resource_ids === undefined, {
    path: ["resource_ids"],
    message: "name sites or resources, not both",
  })
  .refine(({ from, to, from_time, to_time }) => from !== to || from_time < to_time, {
    path: ["to_time"],
    message: "must be after from_time",
  })
  .openapi("BulkFilterInput", {
    description:
      "Booked appointments that overlap this time on their site's clock and have not begun, and for which everything else that is given holds.",
  });

const moveInput = z
  .strictObject({
    site_ids: z.array(uuid).min(1).max(10).optional(),
    from: localDate,
    to: localDate,
  })
  .openapi("BulkMoveInput", {
    description:
      "To the first time that fits on the visit's own site, or on these in order, on these days. Who came first stays first.",
  });

const rebookingInput = z
  .strictObject({
    minutes: z
      .int()
      .min(15)
      .max(20_160)
      .openapi({ description: "From the start of the operation." }),
    reserve: z.strictObject({ from: localDate, to: localDate }).optional().openapi({
      description:
        "Free places of these days, at the operation's sites and for its services, are kept back for those who rebook: twice as many as there are people, the earliest first.",
    }),
    early: z.strictObject({ from: localDate, to: localDate }).optional().openapi({
      description:
        "These days as a whole, at the operation's sites and for its services, are published to those who rebook now and to everybody when the time is over.",
    }),
  })
  .refine((input) => input.reserve === undefined || input.early === undefined, {
    path: ["early"],
    message: "keep places back or publish days early, not both",
  })
  .openapi("BulkRebookingInput", {
    description:
      "Of a cancellation: the notice carries a link with which its reader chooses another time, for so long before others.",
  });

/** What a preview is asked for. */
export const previewInputSchema = z
  .strictObject({
    kind: z.enum(bulkKinds),
    filter: filterInput,
    reason: z.enum(bulkReasons).optional().openapi({ description: "Of a cancellation." }),
    is_urgent: z
      .boolean()
      .default(false)
      .openapi({ description: "Messages break quiet hours and go before others." }),
    move: moveInput.optional(),
    rebooking: rebookingInput.optional(),
    texts: z
      .partialRecord(z.enum(languages), plainText({ max: 2_000, isMultiline: true }))
      .default({})
      .openapi({
        additionalProperties: false,
        description:
          "What those concerned are told besides, per language, with the placeholders of templates that an SMS may have; an SMS says the first 450 characters. Who reads another language gets the administration's, else the first of it, de, fr, en.",
      }),
  })
  .openapi("PreviewBulkOperation");

export const startInputSchema = z
  .strictObject({
    digest: z.string().regex(/^[0-9a-f]{64}$/, "must be the digest of the preview"),
    count: z.int().min(0).max(250_000).openapi({
      description: "The number of appointments that the preview showed, typed again.",
    }),
    freed_capacity: z.enum(freedCapacities).optional().openapi({
      description:
        "Of a cancellation. `close` (unless said): the time of the filter is closed first; `waitlist`: the places are kept back for staff and waitlist; `sale`: they are free as after any cancellation.",
    }),
    waitlist_minutes: z.int().min(1).max(10_080).optional().openapi({
      description: "With `waitlist`: for so long. A day unless said.",
    }),
  })
  .refine((input) => input.waitlist_minutes === undefined || input.freed_capacity === "waitlist", {
    path: ["waitlist_minutes"],
    message: "goes with freed_capacity waitlist",
  })
  .openapi("StartBulkOperation");

const filterSchema = z
  .strictObject({
    from: dateText,
    to: dateText,
    from_time: localTime,
    to_time: localEndTime,
    site_ids: z.array(uuid).nullable(),
    resource_ids: z.array(uuid).nullable(),
    service_ids: z.array(uuid).nullable(),
    support: z.enum(supports).nullable(),
    statuses: z.array(z.enum(visitStatuses)).nullable(),
    channels: z.array(z.enum(channels)).nullable(),
    languages: z.array(language).nullable(),
  })
  .openapi("BulkFilter");

const leftSchema = z
  .partialRecord(z.enum(itemOutcomes).exclude(["done"]), z.int())
  .openapi({ additionalProperties: false });

const progressSchema = z
  .strictObject({
    status: z.enum(bulkStatuses),
    items: z.int(),
    settled: z.int(),
    done: z.int(),
    left: leftSchema.openapi({ description: "Left as they are, by why." }),
    told: z.int().openapi({ description: "Appointments whose messages are planned." }),
    percent: z.int().min(0).max(100),
    rate: z.number().openapi({ description: "Appointments per second, lately." }),
    remaining: z.int(),
  })
  .openapi("BulkProgress");

const operationShape = {
  id: uuid,
  kind: z.enum(bulkKinds),
  status: z.enum(bulkStatuses),
  filter: filterSchema,
  reason: z.enum(bulkReasons).nullable(),
  is_urgent: z.boolean(),
  move: z
    .strictObject({ site_ids: z.array(uuid).nullable(), from: dateText, to: dateText })
    .nullable(),
  rebooking: z
    .strictObject({
      minutes: z.int(),
      reserve: z.strictObject({ from: dateText, to: dateText }).nullable(),
      early: z.strictObject({ from: dateText, to: dateText }).nullable(),
    })
    .nullable(),
  rebook_until: instantText.nullable(),
  items: z.int(),
  freed_capacity: z.enum(freedCapacities).nullable(),
  waitlist_minutes: z.int().nullable(),
  created_at: instantText,
  expires_at: instantText,
  started_at: instantText.nullable(),
  ended_at: instantText.nullable(),
  version: z.int(),
};

export const operationSchema = z.strictObject(operationShape).openapi("BulkOperation");
export const operationPageSchema = pageOf(operationSchema).openapi("BulkOperationPage");

const texts = z
  .partialRecord(z.enum(languages), z.string())
  .openapi({ additionalProperties: false });

export const operationStateSchema = z
  .strictObject({ ...operationShape, texts, progress: progressSchema })
  .openapi("BulkOperationState");

export const bulkPreviewSchema = z
  .strictObject({
    operation: operationSchema,
    texts,
    digest: z.string().openapi({ description: "Confirms that this preview was seen." }),
    can_close: z
      .boolean()
      .openapi({ description: "Whether a cancellation may close the time of its filter." }),
    by_day: z.array(z.strictObject({ site_id: uuid, date: dateText, count: z.int() })),
    by_service: z.array(z.strictObject({ service_id: uuid, count: z.int() })),
    by_channel: z.array(z.strictObject({ channel: z.enum(channels), count: z.int() })),
    by_language: z.array(
      z.strictObject({ language, text_language: z.enum(languages).nullable(), count: z.int() }),
    ),
    messages: z.strictObject({
      emails: z.int(),
      sms_max: z.int(),
      calls_max: z.int(),
      without_contact: z.int(),
      sms_parts_max: z.int(),
      sms_cost_micros_max: z.int(),
    }),
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
  .openapi("BulkPreview");

export const itemSchema = z
  .strictObject({
    appointment_id: uuid,
    version: z.int().openapi({ description: "As the preview froze it." }),
    outcome: z.enum([...itemOutcomes, "pending"]),
    reference: z.string(),
    site_id: uuid,
    starts_at: instantText,
    status: z.enum(appointmentStatuses),
    language,
    has_email: z.boolean(),
    has_phone: z.boolean(),
    messages: z.array(
      z.strictObject({
        channel: z.enum(["email", "sms"]),
        status: z.enum(messageStatuses),
        end_reason: z.string().nullable(),
        receipt: z.enum(receiptStates).nullable(),
      }),
    ),
    call: z
      .strictObject({
        status: z.enum(phoneTaskStatuses),
        outcome: z.enum(phoneTaskOutcomes).nullable(),
      })
      .nullable(),
  })
  .openapi("BulkItem");

export const itemPageSchema = pageOf(itemSchema).openapi("BulkItemPage");

export const rebookingSchema = z
  .strictObject({
    state: z.enum(["open", "late", "done"]).openapi({
      description:
        "`open`: with priority until `until`; `late`: a time can be chosen like everybody else; `done`: one was chosen.",
    }),
    until: instantText,
    new_appointment_id: uuid.nullable(),
  })
  .openapi("Rebooking");

export const rebookInputSchema = z
  .strictObject({ starts_at: instant, site: idOrCode.optional() })
  .openapi("Rebook");
