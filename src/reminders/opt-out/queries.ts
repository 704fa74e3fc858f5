import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";

/** Those of the hashed addresses that want no reminders, in hexadecimal. */
export async function listOptOuts(
  trx: Trx,
  tenantId: string,
  hashes: readonly Buffer[],
): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const hex = hashes.map((hash) => hash.toString("hex"));
  const { rows } = await sql<{ hex: string }>`
    SELECT encode(o.address_hash, 'hex') AS hex
    FROM reminder_opt_outs o
    WHERE o.tenant_id = ${tenantId}
      AND o.address_hash IN (SELECT decode(h, 'hex') FROM unnest(${hex}::text[]) AS k (h))
  `.execute(trx);
  return new Set(rows.map((row) => row.hex));
}

/** Remembers that addresses want no reminders. May be repeated. */
export async function insertOptOuts(
  trx: Trx,
  tenantId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  const hex = hashes.map((hash) => hash.toString("hex"));
  await sql`
    INSERT INTO reminder_opt_outs (tenant_id, address_hash)
    SELECT ${tenantId}, decode(h, 'hex') FROM unnest(${hex}::text[]) AS k (h)
    ON CONFLICT DO NOTHING
  `.execute(trx);
}

/** Forgets it again. May be repeated. */
export async function deleteOptOuts(
  trx: Trx,
  tenantId: string,
  hashes: readonly Buffer[],
): Promise<void> {
  const hex = hashes.map((hash) => hash.toString("hex"));
  await sql`
    DELETE FROM reminder_opt_outs
    WHERE tenant_id = ${tenantId} AND address_hash IN (SELECT decode(h, 'hex') FROM unnest(${hex}::text[]) AS k (h))
  `.execute(trx);
}
