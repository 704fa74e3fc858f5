import type { Vault } from "../db/vault.ts";
import {
  deriveToken,
  isTokenOf,
  parseToken,
  type TokenKind,
  type TokenParts,
  type TokenSource,
} from "./derived-token.ts";

const kind: TokenKind = { prefix: "spo_wt_", purpose: "waitlist" };

/**
 * The token with which a citizen sees and withdraws one wish on the waitlist and answers its offers: `spo_wt_` and 40
 * bytes in base64url. It is derived whenever needed, stored nowhere, and opens no appointment.
 */
export function waitlistToken(vault: Pick<Vault, "mac">, source: TokenSource): string {
  return deriveToken(vault, kind, source);
}

/** The token's parts, undefined for text that is no token; says nothing about whether it is good. */
export function parseWaitlistToken(text: string): TokenParts | undefined {
  return parseToken(kind, text);
}

/** Whether the MAC is the one of this wish, compared in constant time. */
export function isWaitlistToken(
  vault: Pick<Vault, "isMac">,
  source: TokenSource,
  mac: Buffer,
): boolean {
  return isTokenOf(vault, kind, { source, mac });
}
