import type { Deps } from "../../../context.ts";
import { newId } from "../../../db/random.ts";
import type {
  OutgoingEmail,
  OutgoingSms,
  SendOptions,
  SendOutcome,
  Transport,
} from "../transport.ts";
import { type KeptContent, sealContent } from "./kept-message.ts";
import { insertMailboxMessage, trimMailbox } from "./queries.ts";

/** Messages kept of each administration. */
const keptMax = 500;

/** Keeps e-mails instead of sending them. With the embedded database only: they are not meant to be there for long. */
export function createEmailMailbox(deps: Pick<Deps, "db" | "vault">): Transport<OutgoingEmail> {
  return {
    send: (email, options) =>
      keep(deps, options, { reference: email.messageId, content: { channel: "email", email } }),
    close: async () => undefined,
  };
}

/** Keeps SMS instead of sending them. */
export function createSmsMailbox(deps: Pick<Deps, "db" | "vault">): Transport<OutgoingSms> {
  return {
    send: (sms, options) =>
      keep(deps, options, { reference: sms.reference, content: { channel: "sms", sms } }),
    close: async () => undefined,
  };
}

async function keep(
  { db, vault }: Pick<Deps, "db" | "vault">,
  { signal, tenantId }: SendOptions,
  { reference, content }: { readonly reference: string; readonly content: KeptContent },
): Promise<SendOutcome> {
  const id = newId();
  const content_encrypted = sealContent(vault, { tenantId, id }, content);
  const { channel } = content;
  try {
    await db.inTenant(
      tenantId,
      async (trx) => {
        await insertMailboxMessage(trx, tenantId, { id, channel, reference, content_encrypted });
        await trimMailbox(trx, tenantId, keptMax);
      },
      { signal },
    );
    return { kind: "accepted", providerReference: id };
  } catch {
    return { kind: "unknown", reason: "not_kept" };
  }
}
