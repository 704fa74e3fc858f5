import { z } from "zod";
import { languages } from "../../../context.ts";
import type { Vault } from "../../../db/vault.ts";
import type { MailboxRow } from "./queries.ts";

const mailAddress = z.object({ address: z.string(), name: z.string().optional() });

const keptContent = z.discriminatedUnion("channel", [
  z.object({
    channel: z.literal("email"),
    email: z.object({
      messageId: z.string(),
      to: mailAddress,
      from: mailAddress,
      replyTo: mailAddress.optional(),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      language: z.enum(languages),
      calendar: z
        .object({ method: z.enum(["REQUEST", "CANCEL", "PUBLISH"]), ics: z.string() })
        .optional(),
      listUnsubscribe: z.object({ url: z.string() }).optional(),
    }),
  }),
  z.object({
    channel: z.literal("sms"),
    sms: z.object({
      reference: z.string(),
      to: z.string(),
      sender: z.string(),
      text: z.string(),
      encoding: z.enum(["gsm7", "ucs2"]),
      parts: z.number(),
    }),
  }),
]);

/** A message as it would have been handed over, by its channel. */
export type KeptContent = z.infer<typeof keptContent>;

/** A message in the mailbox. */
export type KeptMessage = KeptContent & {
  readonly id: string;
  /** Message-ID or reference: the same for every try of one message. */
  readonly reference: string;
  readonly keptAt: Date;
};

/** Seals what only this row can open again. */
export function sealContent(
  vault: Pick<Vault, "seal">,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  content: KeptContent,
): Buffer {
  return vault.seal(tenantId, contextOf(id), JSON.stringify(content));
}

/** Opens a row of the mailbox. Throws where it was sealed for another row or under a key that is gone. */
export function openKept(
  vault: Pick<Vault, "open">,
  tenantId: string,
  row: MailboxRow,
): KeptMessage {
  const content = keptContent.parse(
    JSON.parse(vault.open(tenantId, contextOf(row.id), row.content_encrypted)),
  );
  return { ...content, id: row.id, reference: row.reference, keptAt: row.kept_at };
}

function contextOf(id: string): string {
  return `mailbox_messages.content/${id}`;
}
