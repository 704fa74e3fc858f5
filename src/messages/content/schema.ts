import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { language, plainText, uuid } from "../../http/text-schema.ts";
import { instantText } from "../../http/time-schema.ts";
import { messageKinds } from "../message.ts";
import {
  bodyCharsMax,
  smsTextCharsMax,
  subjectCharsMax,
  templateChannels,
} from "./message-template.ts";

const kind = z.enum(messageKinds).openapi("MessageKind");
const channel = z.enum(templateChannels).openapi("TemplateChannel");

const emailContent = z
  .strictObject({
    channel: z.literal("email"),
    subject: plainText({ max: subjectCharsMax }),
    body: plainText({ max: bodyCharsMax, isMultiline: true }).openapi({
      description:
        "Plain text with marks at the start of a line: `# ` title, `## ` heading, `- ` list item; `label :: value` a fact; `[label]({{ link }})` alone on a line a button. `{{ name }}` puts a placeholder out; `{% if %}`, `{% unless %}` and `{% for %}` as in Liquid.",
    }),
  })
  .openapi("EmailContent");

const smsContent = z
  .strictObject({
    channel: z.literal("sms"),
    text: plainText({ max: smsTextCharsMax, isMultiline: true }),
  })
  .openapi("SmsContent");

const content = z
  .discriminatedUnion("channel", [emailContent, smsContent])
  .openapi("TemplateContent");

/** The version of an administration's own template that a caller saw. */
const versionSeen = z.int().min(0).max(2_147_483_647).openapi({
  description:
    "The `version` you read, 0 where there was none; another one there now refuses the change.",
});

export const putTemplateSchema = z
  .strictObject({ content, version: versionSeen })
  .openapi("PutMessageTemplate");

export const restoreTemplateSchema = z
  .strictObject({
    restored_version: z.int().min(1).max(2_147_483_647),
    version: versionSeen,
  })
  .openapi("RestoreMessageTemplate");

export const previewSchema = z
  .strictObject({
    content: content.optional().openapi({ description: "A draft; what holds when absent." }),
    transliterate: z.boolean().default(true).openapi({
      description: "Whether an SMS is written so that it fits GSM-7 where all of it can.",
    }),
  })
  .openapi("PreviewMessage");

export const templateSchema = z
  .strictObject({
    kind,
    channel,
    language,
    service_id: uuid.nullable(),
    origin: z.enum(["service", "tenant", "shipped"]).openapi({
      description: "Whose text holds: that of this service, of the administration, or the shipped.",
    }),
    version: z.int().openapi({
      description:
        "Of the administration's own text at exactly this place; 0 where there was none.",
    }),
    content,
  })
  .openapi("MessageTemplate");

export const templatePageSchema = pageOf(
  z
    .strictObject({
      kind,
      channel,
      language,
      service_id: uuid.nullable(),
      version: z.int(),
      updated_at: instantText,
    })
    .openapi("ListedMessageTemplate"),
).openapi("MessageTemplatePage");

const versionShape = {
  version: z.int(),
  is_shipped: z.boolean().openapi({ description: "Whether the shipped text was put back." }),
  restored_from: z.int().nullable(),
  written_at: instantText,
};

export const versionPageSchema = pageOf(
  z.strictObject(versionShape).openapi("ListedTemplateVersion"),
).openapi("TemplateVersionPage");

export const versionSchema = z
  .strictObject({ ...versionShape, content: content.nullable() })
  .openapi("TemplateVersion");

export const previewedSchema = z
  .discriminatedUnion("channel", [
    z
      .strictObject({
        channel: z.literal("email"),
        subject: z.string(),
        text: z.string(),
        html: z.string(),
      })
      .openapi("PreviewedEmail"),
    z
      .strictObject({
        channel: z.literal("sms"),
        text: z.string(),
        encoding: z.enum(["gsm7", "ucs2"]),
        units: z.int().openapi({ description: "Septets in `gsm7`, UTF-16 units in `ucs2`." }),
        parts: z.array(z.string()).openapi({ description: "What each part says; all are paid." }),
      })
      .openapi("PreviewedSms"),
  ])
  .openapi("PreviewedMessage");

export const kindsSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        kind,
        channels: z.array(
          z.strictObject({
            channel,
            chars_max: z.record(z.string(), z.int()),
            needed: z
              .array(z.array(z.string()))
              .openapi({ description: "Of each list the message must say one." }),
            placeholders: z.array(
              z.strictObject({
                name: z.string(),
                type: z.enum(["text", "list", "link", "flag"]),
                about: z.string(),
                is_in_subject: z.boolean(),
              }),
            ),
          }),
        ),
      }),
    ),
  })
  .openapi("MessageKinds");
