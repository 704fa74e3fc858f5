import pg from "pg";
import { StartError } from "../start-error.ts";
import { createVault, type MasterKey, type Vault } from "./vault.ts";

const CHECKED_TEXT = "check value of a secret key";

/** A key that was current at some start, as the database remembers it. */
type KeyUse = { kid: string; check_value: Buffer };

/**
 * Notes that the current key is used on this database, and throws StartError when a key that ever was is missing
 * or has another value: such a start would run and fail at every name it opens. May be repeated.
 */
export async function claimSecretKeys(url: string, keys: readonly MasterKey[]): Promise<void> {
  const vault = createVault(keys);
  const client = new pg.Client({
    connectionString: url,
    application_name: "sportello start",
    options: "-c role=sportello_service",
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const uses = await client.query<KeyUse>("SELECT kid, check_value FROM secret_key_uses");
    refuseOtherKeys(keys, vault, uses.rows);
    await client.query(
      `INSERT INTO secret_key_uses (kid, check_value)
       VALUES ($1, $2)
           ON CONFLICT ON CONSTRAINT secret_key_uses_kid_is_unique DO NOTHING`,
      [vault.currentKid, vault.mac(vault.currentKid, CHECKED_TEXT)],
    );
  } finally {
    await client.end();
  }
}

function refuseOtherKeys(
  keys: readonly MasterKey[],
  vault: Pick<Vault, "isMac">,
  uses: readonly KeyUse[],
): void {
  const known = new Set(keys.map(({ kid }) => kid));
  const unknown = uses.filter(({ kid }) => !known.has(kid)).map(({ kid }) => kid);
  const changed = uses
    .filter(({ kid, check_value: mac }) => known.has(kid) && !vault.isMac(kid, CHECKED_TEXT, mac))
    .map(({ kid }) => kid);
  if (unknown.length > 0) {
    throw new StartError(
      `The database holds data sealed with the secret key ${unknown.join(", ")}, which is not configured. ` +
        "Add it at the end of SECRET_KEYS (embedded: of the file DATA_DIR/secret-keys).",
    );
  }
  if (changed.length > 0) {
    throw new StartError(
      `The secret key ${changed.join(", ")} is not the one that sealed the data in this database. Put back the ` +
        "right one in SECRET_KEYS (embedded: the file DATA_DIR/secret-keys), and give a new key a new name.",
    );
  }
}
