import type { Vault } from "../../db/vault.ts";
import type { MessageChannel } from "../message-state.ts";

const domainHashBytes = 16;
/** Domains are everybody's: their rates are shared by all administrations of an installation. */
const installation = "installation";

interface Addressed {
  readonly id: string;
  readonly channel: MessageChannel;
  readonly recipient: string | null;
}

/** Seals the address of a message; only its row can open it. Null where there is none. */
export function sealRecipient(
  vault: Pick<Vault, "seal">,
  tenantId: string,
  { id, recipient }: Addressed,
): Buffer | null {
  return recipient === null ? null : vault.seal(tenantId, `messages.recipient/${id}`, recipient);
}

/** Opens what `sealRecipient` made. Throws when the bytes are of another row or tenant. */
export function openRecipient(
  vault: Pick<Vault, "open">,
  tenantId: string,
  { id, sealed }: { readonly id: string; readonly sealed: Buffer },
): string {
  return vault.open(tenantId, `messages.recipient/${id}`, sealed);
}

/** Keyed hash of the domain an e-mail goes to; null for everything else. */
export function domainHashOf(
  vault: Pick<Vault, "fingerprint">,
  { channel, recipient }: Addressed,
): Buffer | null {
  if (channel !== "email" || recipient === null) return null;
  const domain = recipient.slice(recipient.lastIndexOf("@") + 1).toLowerCase();
  return vault.fingerprint(installation, "mail-domain", domain).subarray(0, domainHashBytes);
}

/** Keyed hash of an address or number, by which it is remembered that no reminders are wanted. */
export function addressHashOf(
  vault: Pick<Vault, "fingerprint">,
  tenantId: string,
  { channel, recipient }: { readonly channel: MessageChannel; readonly recipient: string },
): Buffer {
  return vault.fingerprint(tenantId, `message-address/${channel}`, recipient.toLowerCase());
}
