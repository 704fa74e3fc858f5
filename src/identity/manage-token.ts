import type { Vault } from "../db/vault.ts";
import { deriveToken, isTokenOf, parseToken, type TokenKind } from "./derived-token.ts";

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

const kind: TokenKind = { prefix: "spo_mt_", purpose: "manage" };

/**
 * The token with which a citizen sees, moves and cancels one appointment: `spo_mt_` and 40 bytes in base64url, the
 * appointment's id and 192 bits of HMAC. It is derived whenever needed and stored nowhere.
 */
export function manageToken(vault: Pick<Vault, "mac">, source: ManageTokenSource): string {
  return deriveToken(vault, kind, { ...source, id: source.appointmentId });
}

/** The token's parts, undefined for text that is no token; says nothing about whether it is good. */
export function parseManageToken(text: string): ManageTokenParts | undefined {
  const parts = parseToken(kind, text);
  return parts && { appointmentId: parts.id, mac: parts.mac };
}

/** Whether the MAC is the one of this appointment, compared in constant time. */
export function isManageToken(
  vault: Pick<Vault, "isMac">,
  source: ManageTokenSource,
  mac: Buffer,
): boolean {
  return isTokenOf(vault, kind, { source: { ...source, id: source.appointmentId }, mac });
}
