import { parse, stringify } from "uuid";
import type { Vault } from "../db/vault.ts";

/** What a manage token is derived from; the kid and version are stored with the appointment. */
export interface ManageTokenSource {
  readonly tenantId: string;
  readonly appointmentId: string;
  /** Which master key; stays with the appointment when keys are rotated. */
  readonly kid: string;
  /** Raising it revokes every token given out before. */
  readonly version: number;
}

export interface ManageTokenParts {
  readonly appointmentId: string;
  readonly mac: Buffer;
}

const prefix = "spo_mt_";
const shape = /^spo_mt_[A-Za-z0-9_-]{54}$/;
const idBytes = 16;

/**
 * The token with which a citizen sees, moves and cancels one appointment: `spo_mt_` and 40 bytes in base64url, the
 * appointment's id and 192 bits of HMAC. It is derived whenever needed and stored nowhere.
 */
export function manageToken(vault: Pick<Vault, "mac">, source: ManageTokenSource): string {
  const mac = vault.mac(source.kid, messageOf(source));
  return prefix + Buffer.concat([parse(source.appointmentId), mac]).toString("base64url");
}

/** The token's parts, undefined for text that is no token; says nothing about whether it is good. */
export function parseManageToken(text: string): ManageTokenParts | undefined {
  if (!shape.test(text)) return undefined;
  const encoded = text.slice(prefix.length);
  const bytes = Buffer.from(encoded, "base64url");
  // The last character has four bits that say nothing: one token has one spelling.
  if (bytes.toString("base64url") !== encoded) return undefined;
  try {
    return { appointmentId: stringify(bytes.subarray(0, idBytes)), mac: bytes.subarray(idBytes) };
  } catch {
    return undefined;
  }
}

/** Whether the MAC is the one of this appointment, compared in constant time. */
export function isManageToken(
  vault: Pick<Vault, "isMac">,
  source: ManageTokenSource,
  mac: Buffer,
): boolean {
  return vault.isMac(source.kid, messageOf(source), mac);
}

function messageOf({ tenantId, appointmentId, version }: ManageTokenSource): string {
  return `${tenantId}/${appointmentId}/manage/${version}`;
}
