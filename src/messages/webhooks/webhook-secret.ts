import { randomBytes } from "node:crypto";

const secretBytes = 32;

/** A new secret of Standard Webhooks: `whsec_` and 256 random bits in base64. Shown once and kept sealed. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString("base64")}`;
}
