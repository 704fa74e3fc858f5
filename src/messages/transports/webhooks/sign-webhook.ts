import { createHmac } from "node:crypto";
import type { OutgoingWebhook } from "../webhook.ts";

const prefix = "whsec_";

/**
 * The headers that Standard Webhooks asks for; `now` is epoch milliseconds. With two secrets, while one replaces the
 * other, both sign. Undefined when a secret is none (24 to 64 bytes in base64 after `whsec_`) or there is none.
 */
export function signWebhook(
  { id, body, secrets }: Pick<OutgoingWebhook, "id" | "body" | "secrets">,
  now: number,
): Record<string, string> | undefined {
  const timestamp = String(Math.floor(now / 1_000));
  const keys = secrets.map(keyOf);
  if (keys.length === 0 || keys.includes(undefined)) return undefined;
  const signatures = keys.map((key) => {
    const mac = createHmac("sha256", key ?? "").update(`${id}.${timestamp}.${body}`, "utf8");
    return `v1,${mac.digest("base64")}`;
  });
  return {
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": signatures.join(" "),
  };
}

function keyOf(secret: string): Buffer | undefined {
  if (!secret.startsWith(prefix)) return undefined;
  const key = Buffer.from(secret.slice(prefix.length), "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}
