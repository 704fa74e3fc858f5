import { z } from "@hono/zod-openapi";
import { pageOf } from "../../http/request-schema.ts";
import { uuid } from "../../http/text-schema.ts";
import { instant, instantText } from "../../http/time-schema.ts";
import { webhookKinds, webhookTypes } from "./endpoint.ts";

/** An address of the public web. Where its name leads is judged when something is sent. */
const webhookUrl = z
  .string()
  .max(2_000)
  .refine(isWebhookUrl, "must be an https:// address without user and fragment")
  .openapi({ format: "uri", example: "https://systems.example.org/appointments" });

function isWebhookUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "https:") return false;
  return url.username === "" && url.password === "" && url.hash === "";
}

const types = webhookKinds.map((kind) => `\`${kind}\`: ${webhookTypes[kind]}`).join(", ");
const kinds = z
  .array(z.enum(webhookKinds))
  .min(1)
  .max(webhookKinds.length)
  .refine((given) => new Set(given).size === given.length, "must name each kind once")
  .openapi({ description: `What it is told of, and the type of the event: ${types}.` });

/** A system that wants to be told. */
export const createEndpointSchema = z
  .strictObject({ url: webhookUrl, kinds })
  .openapi("CreateWebhookEndpoint");

/** What is to be otherwise. */
export const changeEndpointSchema = z
  .strictObject({
    url: webhookUrl.optional(),
    kinds: kinds.optional(),
    is_active: z.boolean().optional(),
    version: z.int().min(1).max(2_147_483_647),
  })
  .openapi("ChangeWebhookEndpoint");

const endpointShape = {
  id: uuid,
  url: z.string(),
  kinds: z.array(z.enum(webhookKinds)),
  status: z.enum(["active", "disabled"]),
  failing_since: instantText.nullable().openapi({ description: "Since when it took nothing." }),
  disabled_at: instantText.nullable(),
  disabled_reason: z.enum(["failing", "by_hand"]).nullable(),
  version: z.int(),
  created_at: instantText,
};

export const endpointSchema = z.strictObject(endpointShape).openapi("WebhookEndpoint");

const secret = z.string().openapi({
  description: "Signs webhooks (Standard Webhooks, `whsec_…`). In this answer only.",
});

export const createdEndpointSchema = z
  .strictObject({ ...endpointShape, secret })
  .openapi("CreatedWebhookEndpoint");

export const rotatedSecretSchema = z.strictObject({ secret }).openapi("RotatedWebhookSecret");

export const endpointPageSchema = pageOf(endpointSchema).openapi("WebhookEndpointPage");

export const replaySchema = z
  .strictObject({ from: instant, to: instant })
  .openapi("ReplayWebhooks");

export const replayedSchema = z.strictObject({ count: z.int() }).openapi("ReplayedWebhooks");
