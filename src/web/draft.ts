/** A booking in the making: it travels in the citizen's own browser, sealed, and nowhere else. */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import type { Deps } from "../context.ts";

/** What was typed, by the names of the form's controls. */
export type FormValues = Readonly<Record<string, string>>;

/** Longest value of one control that is kept. */
export const formValueMax = 2_000;

const draftSchema = z.strictObject({
  hold_id: z.string(),
  /** Turns to true when the appointment exists, so that going back does not book again. */
  is_booked: z.boolean(),
  /** Random name of this browser, so that a new hold replaces its earlier one. */
  client: z.string(),
  /** Idempotency-Key of the confirmation; the second click of a double click replays the first one's answer. */
  key: z.string(),
  service: z.string(),
  /** What the citizen chose, to search with again: a site's code, or empty for any site. */
  chosen_site: z.string(),
  /** Code of a service by invitation; empty for all others. */
  invitation: z.string(),
  site_id: z.string(),
  party_size: z.int(),
  starts_at: z.iso.datetime(),
  ends_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
  form: z.record(z.string(), z.string().max(formValueMax)),
});

/** One booking in the making; a browser has at most one per administration. */
export type Draft = z.infer<typeof draftSchema>;

const sealContext = "pages/draft";
/** Browsers keep 4096 bytes per cookie, name and attributes included. */
const partChars = 3_600;
/** Headers of a request end at 16 KB; three parts leave room for the rest. */
export const draftPartsMax = 3;

/**
 * Packs a draft into the values of its cookies, sealed for this tenant. Undefined when what was typed does not fit:
 * about 8 KB of text that does not repeat itself.
 */
export function packDraft(
  deps: Pick<Deps, "vault">,
  tenantId: string,
  draft: Draft,
): string[] | undefined {
  const packed = deflateRawSync(JSON.stringify(draft)).toString("base64");
  const text = deps.vault.seal(tenantId, sealContext, packed).toString("base64url");
  const parts = Array.from({ length: Math.ceil(text.length / partChars) }, (_, i) =>
    text.slice(i * partChars, (i + 1) * partChars),
  );
  return parts.length <= draftPartsMax ? parts : undefined;
}

/** Opens the cookies' values; undefined when they are missing, altered, of another administration or of an old key. */
export function unpackDraft(
  deps: Pick<Deps, "vault">,
  tenantId: string,
  parts: readonly string[],
): Draft | undefined {
  if (parts.length === 0) return undefined;
  try {
    const packed = deps.vault.open(tenantId, sealContext, Buffer.from(parts.join(""), "base64url"));
    const json: unknown = JSON.parse(
      inflateRawSync(Buffer.from(packed, "base64"), { maxOutputLength: 65_536 }).toString(),
    );
    return draftSchema.parse(json);
  } catch {
    // Whoever altered a cookie, or came back after the keys changed, starts again like somebody without one.
    return undefined;
  }
}
