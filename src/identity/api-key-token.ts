import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** `secret` keys belong to staff and systems; `publishable` ones stand in a page's source and only name the widget. */
export const apiKeyKinds = ["secret", "publishable"] as const;
export type ApiKeyKind = (typeof apiKeyKinds)[number];

/** The parts of `spo_sk_<id as 32 hex digits>_<secret>`; publishable keys begin with `spo_pk_`. */
export interface ApiKeyToken {
  readonly kind: ApiKeyKind;
  readonly id: string;
  readonly secret: string;
}

const prefixes: Record<ApiKeyKind, string> = { secret: "sk", publishable: "pk" };
const shape =
  /^spo_(sk|pk)_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** A new random secret of 256 bits, as 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

export function formatApiKey({ kind, id, secret }: ApiKeyToken): string {
  return `spo_${prefixes[kind]}_${id.replaceAll("-", "")}_${secret}`;
}

export function parseApiKey(text: string): ApiKeyToken | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const [, prefix, a, b, c, d, e, secret = ""] = match;
  return {
    kind: prefix === "sk" ? "secret" : "publishable",
    id: [a, b, c, d, e].join("-"),
    secret,
  };
}

/** What is stored of a secret. It has 256 random bits, so a plain hash cannot be guessed back. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** Compares in constant time; a key that was not found is compared too, with a hash that nothing has. */
export function isSecret(secret: string, hash: Buffer | undefined): boolean {
  return timingSafeEqual(hashSecret(secret), hash ?? noHash) && hash !== undefined;
}

const noHash = Buffer.alloc(32);
