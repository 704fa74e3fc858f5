import { randomInt } from "node:crypto";
import type { Vault } from "../../db/vault.ts";
import { normaliseKey } from "../../identity/person-keys.ts";

/** A code that opens a service by invitation. The code itself is known only to those it was given to. */
export interface Invitation {
  readonly id: string;
  readonly service_id: string;
  readonly uses_max: number;
  readonly uses: number;
  /** ISO 8601 in UTC, or null when it does not expire. */
  readonly expires_at: string | null;
  readonly is_revoked: boolean;
}

/** Letters and digits that cannot be taken for each other when read aloud or written by hand. */
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const GROUPS = 3;
const GROUP_LENGTH = 4;

/** A new random code such as `K7QM-2XWB-9TFA`: 30^12 possibilities, 58 bits. */
export function newInvitationCode(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join(
      "",
    );
  return Array.from({ length: GROUPS }, group).join("-");
}

/** The keyed hash of a code in hexadecimal; case and hyphens make no difference. */
export function invitationHash(
  vault: Pick<Vault, "fingerprint">,
  service: { readonly tenantId: string; readonly serviceId: string },
  code: string,
): string {
  return vault
    .fingerprint(service.tenantId, `invitation/${service.serviceId}`, normaliseKey(code))
    .toString("hex");
}
