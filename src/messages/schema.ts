import { z } from "@hono/zod-openapi";
import { languages } from "../context.ts";
import { pageOf } from "../http/request-schema.ts";
import { idOrCode, plainText, uuid } from "../http/text-schema.ts";
import { instant, instantText, localTime } from "../http/time-schema.ts";
import { messageChannels, messageKinds } from "./message.ts";
import { attemptOutcomes, messageStatuses, receiptStates, subjectKinds } from "./message-state.ts";

const micros = (max: number) =>
  z.int().min(0).max(max).openapi({ description: "Millionths of the currency." });

const settingsShape = {
  quiet_from: localTime.openapi({
    description: "Nothing but what is urgent or asked for goes out from here, on the site's clock…",
  }),
  quiet_to: localTime.openapi({ description: "…to here; the same time: never quiet." }),
  is_sms_on: z.boolean(),
  sms_is_transliterated: z.boolean().openapi({
    description: "Replace letters that would make an SMS twice as long.",
  }),
  sms_price_micros: micros(10_000_000).openapi({ description: "Of one part of an SMS." }),
  sms_daily_ceiling_micros: micros(1_000_000_000_000).nullable(),
};

export const settingsSchema = z
  .strictObject({
    ...settingsShape,
    paused_at: instantText.nullable(),
    paused_reason: z.string().nullable(),
    version: z.int().min(0),
  })
  .openapi("MessageSettings");

export const changeSettingsSchema = z
  .strictObject(settingsShape)
  .partial()
  .extend({
    version: z.int().min(0).max(2_147_483_647).openapi({
      description: "The `version` you read; 0 while nothing was ever changed.",
    }),
  })
  .openapi("ChangeMessageSettings");

export const pauseSchema = z
  .strictObject({ reason: plainText({ max: 500 }) })
  .openapi("PauseMessages");

export const releaseSchema = z
  .strictObject({
    discard_due_before: instant.optional().openapi({
      description: "What was due before and is not sent is discarded first, 20,000 a call.",
    }),
  })
  .openapi("ReleaseMessages");

export const releasedSchema = z.strictObject({ discarded: z.int() }).openapi("ReleasedMessages");

export const sendingSchema = z
  .strictObject({
    settings: settingsSchema,
    due: z.int().openapi({ description: "Messages due and not sent; counted up to 10,000." }),
    failed_today: z.int(),
    sms_spent_today_micros: z.int(),
    sms_parts_today: z.int(),
    installation_paused_at: instantText.nullable(),
    installation_paused_reason: z.string().nullable().openapi({
      description: "`restored`: this database is a copy of another one.",
    }),
  })
  .openapi("MessageSending");

const factValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const messageShape = {
  id: uuid,
  subject_kind: z.enum(subjectKinds),
  appointment_id: uuid.nullable(),
  kind: z.enum(messageKinds),
  channel: z.enum(messageChannels),
  language: z.enum(languages),
  offset_minutes: z.int().openapi({ description: "Of reminders: so long before the visit." }),
  endpoint_id: uuid.nullable(),
  facts: z.record(z.string(), factValue),
  status: z.enum(messageStatuses),
  due_at: instantText,
  next_at: instantText.openapi({ description: "When it is tried next, while it is planned." }),
  not_after: instantText.openapi({ description: "When it is no longer worth sending." }),
  ended_at: instantText.nullable(),
  end_reason: z.string().nullable().openapi({
    description: "Why it was not sent.",
    example: "superseded",
  }),
  attempts: z.int(),
  provider: z.string().nullable(),
  sms_parts: z.int().nullable(),
  cost_micros: z.int(),
  receipt: z.enum(receiptStates).nullable(),
  receipt_at: instantText.nullable(),
  is_training: z.boolean(),
  created_at: instantText,
};

export const messageSchema = z.strictObject(messageShape).openapi("Message");

export const messagePageSchema = pageOf(messageSchema).openapi("MessagePage");

export const messageHistorySchema = z
  .strictObject({
    ...messageShape,
    history: z.array(
      z.strictObject({
        attempt: z.int(),
        outcome: z.enum(attemptOutcomes),
        reason: z.string().nullable(),
        code: z.string().nullable(),
        ended_at: instantText,
        duration_ms: z.int().nullable(),
      }),
    ),
    receipts: z.array(
      z.strictObject({
        state: z.enum(receiptStates),
        code: z.string().nullable(),
        reported_at: instantText,
      }),
    ),
  })
  .openapi("MessageHistory");

/** A test by e-mail or SMS. */
export const sendTestSchema = z
  .union([
    z.strictObject({ channel: z.literal("email"), to: z.email().max(254), ...testShape() }),
    z.strictObject({
      channel: z.literal("sms"),
      to: z.string().regex(/^\+[1-9]\d{6,14}$/, "must be a number such as +393471234567"),
      ...testShape(),
    }),
  ])
  .openapi("SendTestMessage");

function testShape() {
  return {
    kind: z.enum(messageKinds),
    language: z.enum(languages),
    service: idOrCode.optional().openapi({ description: "Whose template is tried." }),
  };
}
