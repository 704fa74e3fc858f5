import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StartError, systemErrorCode } from "../start-error.ts";
import type { MasterKey } from "./vault.ts";

const KID = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const KEY_BYTES = 32;
const FORMAT = "kid:base64-of-32-bytes[,kid:base64-of-32-bytes…], the current key first";

/**
 * Reads `kid:base64,kid:base64`; the first key is current, the others only open what they sealed.
 * Throws Error with a message that shows no key.
 */
export function parseSecretKeys(text: string): MasterKey[] {
  const keys = text.trim().split(",").map(parseKey);
  const kids = new Set(keys.map(({ kid }) => kid));
  if (kids.size < keys.length) throw new Error(`must name each key once; the form is ${FORMAT}`);
  return keys;
}

function parseKey(entry: string, index: number): MasterKey {
  const [kid = "", encoded = ""] = entry.trim().split(":");
  const key = Buffer.from(encoded, "base64");
  if (!KID.test(kid)) {
    throw new Error(`key ${index + 1} needs a name of a-z, 0-9, - and _; the form is ${FORMAT}`);
  }
  if (key.length !== KEY_BYTES) {
    throw new Error(`key ${kid} must be ${KEY_BYTES} bytes in base64; the form is ${FORMAT}`);
  }
  return { kid, key };
}

/**
 * The keys of the embedded default: DATA_DIR/secret-keys (mode 0600), made once. Whoever loses the file
 * loses the personal data in the database. Throws StartError when the file is damaged.
 */
export async function loadOrCreateSecretKeys(dataDir: string): Promise<MasterKey[]> {
  const file = join(dataDir, "secret-keys");
  const text = (await readIfThere(file)) ?? (await createKeys(file));
  try {
    return parseSecretKeys(text);
  } catch (error) {
    throw new StartError(
      `The keys in ${file} are damaged, and without them personal data cannot be read. Restore the file from a backup.`,
      { cause: error },
    );
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw new StartError(
      `The keys in ${file} cannot be read (${String(error)}). Start as the owner of that file.`,
      { cause: error },
    );
  }
}

/** Made aside and linked into place: of two first starts one wins, and no half-written file is ever seen. */
async function createKeys(file: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const text = `k1:${randomBytes(KEY_BYTES).toString("base64")}\n`;
  await writeFile(draft, text, { mode: 0o600, flush: true });
  try {
    await link(draft, file);
    return text;
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
    return await readFile(file, "utf8");
  } finally {
    await rm(draft, { force: true });
  }
}
