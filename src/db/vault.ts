import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  timingSafeEqual,
  createSecretKey,
  type KeyObject,
} from "node:crypto";
import { freshBytes } from "./random.ts";

/** A named 256-bit master key. The first of a list is current; the others only open what they sealed. */
export interface MasterKey {
  readonly kid: string;
  readonly key: Buffer;
}

/** Seals personal data per tenant and makes keyed hashes and tokens. Nothing here is logged or stored elsewhere. */
export interface Vault {
  readonly currentKid: string;
  /** AES-256-GCM under a key derived per tenant; `context` (table, column and row id) is authenticated with it. */
  seal(tenantId: string, context: string, plain: string): Buffer;
  /** Opens what `seal` made under any known key. Throws when tenant, context, key or bytes differ. */
  open(tenantId: string, context: string, sealed: Buffer): string;
  /** Keyed hash (HMAC-SHA-256) of a normalised value, stable across key rotation, different per tenant and purpose. */
  fingerprint(tenantId: string, purpose: string, value: string): Buffer;
  /** MAC (HMAC-SHA-256, cut to 192 bits) under the key `kid`, for derived tokens. Throws for an unknown kid. */
  mac(kid: string, message: string): Buffer;
  isMac(kid: string, message: string, mac: Buffer): boolean;
}

const formatVersion = 1;
const ivBytes = 12;
const tagBytes = 16;
const macBytes = 24;

/** Makes the vault of a process. The last key of the list also keys the fingerprints, so keep it while they live. */
export function createVault(masterKeys: readonly MasterKey[]): Vault {
  const current = masterKeys[0];
  const oldest = masterKeys.at(-1);
  if (!current || !oldest) throw new TypeError("At least one secret key is needed");
  const byKid = new Map(masterKeys.map((master) => [master.kid, master.key]));
  const derive = createDerivation(byKid);
  const macOf = (kid: string, message: string): Buffer =>
    createHmac("sha256", derive(kid, "token", ""))
      .update(message)
      .digest()
      .subarray(0, macBytes);
  return {
    currentKid: current.kid,
    seal: (tenantId, context, plain) => {
      const key = derive(current.kid, "seal", tenantId);
      return sealWith({ kid: current.kid, key }, context, plain);
    },
    open: (tenantId, context, sealed) => {
      const { kid, rest } = readHeader(sealed);
      return openWith(derive(kid, "seal", tenantId), context, rest);
    },
    fingerprint: (tenantId, purpose, value) =>
      createHmac("sha256", derive(oldest.kid, "fingerprint", tenantId))
        .update(`${purpose}\0${value}`)
        .digest(),
    mac: macOf,
    isMac: (kid, message, mac) =>
      byKid.has(kid) && mac.length === macBytes && timingSafeEqual(macOf(kid, message), mac),
  };
}

/** HKDF (RFC 5869) from a master key to a key per use and tenant, remembered for the last tenants. */
function createDerivation(byKid: ReadonlyMap<string, Buffer>) {
  const derived = new Map<string, KeyObject>();
  const rememberedMax = 10_000;
  return (kid: string, use: string, tenantId: string): KeyObject => {
    const name = `${kid}/${use}/${tenantId}`;
    const known = derived.get(name);
    if (known) return known;
    const master = byKid.get(kid);
    if (!master) throw new Error(`No secret key named ${kid}`);
    // As a key object it is prepared once; as bytes, every use of it would cost five times as much.
    const key = createSecretKey(
      Buffer.from(hkdfSync("sha256", master, tenantId, `sportello/${use}`, 32)),
    );
    if (derived.size >= rememberedMax) derived.clear();
    derived.set(name, key);
    return key;
  };
}

/** Layout: format version, length of the kid, kid, iv, tag, ciphertext. */
function sealWith(
  { kid, key }: { kid: string; key: KeyObject },
  context: string,
  plain: string,
): Buffer {
  const iv = freshBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  const kidBytes = Buffer.from(kid);
  return Buffer.concat([
    Buffer.from([formatVersion, kidBytes.length]),
    kidBytes,
    iv,
    cipher.getAuthTag(),
    body,
  ]);
}

function readHeader(sealed: Buffer): { kid: string; rest: Buffer } {
  const kidLength = sealed[1];
  if (sealed[0] !== formatVersion || kidLength === undefined) throw new Error("Not a sealed value");
  return { kid: sealed.toString("utf8", 2, 2 + kidLength), rest: sealed.subarray(2 + kidLength) };
}

function openWith(key: KeyObject, context: string, rest: Buffer): string {
  const decipher = createDecipheriv("aes-256-gcm", key, rest.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(rest.subarray(ivBytes, ivBytes + tagBytes));
  return (
    decipher.update(rest.subarray(ivBytes + tagBytes), undefined, "utf8") + decipher.final("utf8")
  );
}
