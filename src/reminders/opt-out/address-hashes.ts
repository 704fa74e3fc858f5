import type { Vault } from "../../db/vault.ts";
import { addressHashOf } from "../../messages/store/recipient.ts";
import type { Reach } from "../planning/reach.ts";

/** Keyed hashes of the address and the mobile number by which somebody is reminded. */
export function addressHashes(
  vault: Pick<Vault, "fingerprint">,
  tenantId: string,
  { email, mobile }: Pick<Reach, "email" | "mobile">,
): Buffer[] {
  return [
    ...(email === undefined
      ? []
      : [addressHashOf(vault, tenantId, { channel: "email", recipient: email })]),
    ...(mobile === undefined
      ? []
      : [addressHashOf(vault, tenantId, { channel: "sms", recipient: mobile })]),
  ];
}
