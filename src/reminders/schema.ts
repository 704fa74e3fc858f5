import { z } from "@hono/zod-openapi";
import { languages } from "../context.ts";
import { pageOf } from "../http/request-schema.ts";
import { plainText, uuid } from "../http/text-schema.ts";
import { instant, instantText } from "../http/time-schema.ts";
import { messageKinds } from "../messages/message.ts";
import {
  phoneTaskCauses,
  phoneTaskOutcomes,
  phoneTaskStatuses,
} from "../messages/phone-tasks/phone-task.ts";
import { noteLengthMax } from "./phone/call-note.ts";
import { channelChoices } from "./policy/message-policy.ts";

const channels = z.enum(channelChoices);
/** From a quarter of an hour to sixty days. */
const offsetMinutes = z.int().min(15).max(86_400);

const reminder = z.strictObject({ offset_minutes: offsetMinutes, channels });

const pleaseConfirm = z
  .strictObject({
    offset_minutes: offsetMinutes,
    channels,
    answer_minutes: z.int().min(60).max(86_400).openapi({
      description: "So long before the visit an answer is awaited.",
    }),
    is_released: z.boolean().openapi({
      description: "Whether the place is given away without an answer.",
    }),
  })
  .refine(
    (wish) => wish.offset_minutes - wish.answer_minutes >= 240,
    "must leave four hours for the answer",
  );

const policyRulesSchema = z
  .strictObject({
    confirmation: z.strictObject({ channels }).nullable(),
    notices: z.strictObject({ channels }).openapi({
      description: "Changes, cancellations and releases; they cannot be switched off.",
    }),
    reminders: z
      .array(reminder)
      .max(5)
      .refine(
        (all) => new Set(all.map((one) => one.offset_minutes)).size === all.length,
        "must have each offset once",
      )
      .readonly(),
    please_confirm: pleaseConfirm.nullable(),
    follow_up: z
      .strictObject({ offset_minutes: z.int().min(0).max(43_200), channels })
      .nullable()
      .openapi({ description: "After the visit: a question how it was." }),
    has_phone_reminders: z.boolean().openapi({
      description: "Whether those who can only be reached by telephone are reminded by a call.",
    }),
  })
  .openapi("MessagePolicyRules");

export const policySchema = z
  .strictObject({
    service_id: uuid.nullable().openapi({ description: "Null: all services without their own." }),
    version: z.int().min(0).openapi({ description: "0: the shipped one." }),
    rules: policyRulesSchema,
  })
  .openapi("MessagePolicy");

export const policiesSchema = z
  .strictObject({ items: z.array(policySchema) })
  .openapi("MessagePolicies");

export const putPolicySchema = z
  .strictObject({
    rules: policyRulesSchema,
    version: z.int().min(0).max(2_147_483_647).openapi({
      description: "The `version` you read of this very policy; 0 where there was none.",
    }),
  })
  .openapi("PutMessagePolicy");

const taskShape = {
  id: uuid,
  appointment_id: uuid,
  reference: z.string(),
  language: z.enum(languages),
  kind: z.enum(messageKinds),
  cause: z.enum(phoneTaskCauses),
  visit_at: instantText,
  not_after: instantText,
  status: z.enum(phoneTaskStatuses),
  calls: z.int(),
  leased_until: instantText.nullable(),
  outcome: z.enum(phoneTaskOutcomes).nullable(),
  ended_at: instantText.nullable(),
  version: z.int(),
  created_at: instantText,
};

export const taskSchema = z.strictObject(taskShape).openapi("PhoneTask");

export const taskPageSchema = pageOf(taskSchema).openapi("PhoneTaskPage");

export const leasedTaskSchema = z
  .strictObject({
    ...taskShape,
    name: z.string().nullable(),
    phone: z.string().nullable(),
    words: z.strictObject({
      date: z.string().nullable(),
      time: z.string().nullable(),
      site: z.string().nullable(),
      old_date: z.string().nullable(),
      old_time: z.string().nullable(),
      reason: z.string().nullable(),
      text: z.string().nullable().openapi({
        description: "What to say in full: the words of the e-mail, without links.",
      }),
      text_language: z.enum(languages).nullable(),
    }),
    notes: z
      .array(
        z.strictObject({ outcome: z.enum(phoneTaskOutcomes), note: z.string(), at: instantText }),
      )
      .openapi({ description: "What was noted of earlier calls, the oldest first." }),
  })
  .openapi("LeasedPhoneTask");

export const nextTaskSchema = z
  .strictObject({
    operation_id: uuid.optional().openapi({
      description: "Only of an operation over many appointments.",
    }),
  })
  .openapi("NextPhoneTask");

export const settleTaskSchema = z
  .strictObject({
    outcome: z.enum(phoneTaskOutcomes),
    is_coming: z.boolean().optional().openapi({
      description: "Of a question whether somebody comes: true when he does.",
    }),
    again_at: instant.optional().openapi({
      description: "When to try again, where nobody answered; two hours later unless said.",
    }),
    note: plainText({ max: noteLengthMax }).optional().openapi({
      description: "For whoever calls next; deleted after thirty days.",
    }),
  })
  .openapi("SettlePhoneTask");

export const presenceSchema = z
  .strictObject({
    is_asked: z.boolean(),
    answer_by: instantText.nullable(),
    is_released: z.boolean(),
    confirmed_at: instantText.nullable(),
  })
  .openapi("Presence");

export const remindersSchema = z.strictObject({ is_wanted: z.boolean() }).openapi("Reminders");

export const ratingSchema = z
  .strictObject({ rating: z.int().min(1).max(5) })
  .openapi("VisitRating");

export const ratingsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        service_id: uuid,
        answers: z.int(),
        counts: z.array(z.int()).nullable().openapi({
          description: "How many gave 1 to 5; null where there are fewer than five answers.",
        }),
      }),
    ),
  })
  .openapi("ServiceRatings");
