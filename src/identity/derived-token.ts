import { parse, stringify } from "uuid";
import type { Vault } from "../db/vault.ts";

/** What a token is derived from; the kid and version are stored with the thing it opens. */
export interface TokenSource {
  readonly tenantId: string;
  /** The thing it opens. */
  readonly id: string;
  /** Which master key; stays with the thing when keys are rotated. */
  readonly kid: string;
  /** Raising it revokes every token given out before. */
  readonly version: number;
}

/** A kind of token: one purpose, told by its prefix, good for nothing else. */
export interface TokenKind {
  readonly prefix: string;
  readonly purpose: string;
}

export interface TokenParts {
  readonly id: string;
  readonly mac: Buffer;
}

const idBytes = 16;
const encodedShape = /^[A-Za-z0-9_-]{54}$/;

/** The kind's prefix and 40 bytes in base64url: the thing's id and 192 bits of HMAC. Stored nowhere. */
export function deriveToken(
  vault: Pick<Vault, "mac">,
  kind: TokenKind,
  source: TokenSource,
): string {
  const mac = vault.mac(source.kid, messageOf(kind, source));
  return kind.prefix + Buffer.concat([parse(source.id), mac]).toString("base64url");
}

/** A token's parts, undefined for text that is no token of the kind; says nothing about whether it is good. */
export function parseToken({ prefix }: TokenKind, text: string): TokenParts | undefined {
  const encoded = text.slice(prefix.length);
  if (!text.startsWith(prefix) || !encodedShape.test(encoded)) return undefined;
  const bytes = Buffer.from(encoded, "base64url");
  // The last character has four bits that say nothing: one token has one spelling.
  if (bytes.toString("base64url") !== encoded) return undefined;
  try {
    return { id: stringify(bytes.subarray(0, idBytes)), mac: bytes.subarray(idBytes) };
  } catch {
    return undefined;
  }
}

/** Whether the MAC is the one of this thing and purpose, compared in constant time. */
export function isTokenOf(
  vault: Pick<Vault, "isMac">,
  kind: TokenKind,
  given: { readonly source: TokenSource; readonly mac: Buffer },
): boolean {
  return vault.isMac(given.source.kid, messageOf(kind, given.source), given.mac);
}

function messageOf({ purpose }: TokenKind, { tenantId, id, version }: TokenSource): string {
  return `${tenantId}/${id}/${purpose}/${version}`;
}
