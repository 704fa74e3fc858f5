import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { Named } from "../id-or-code.ts";
import type { PageStart } from "../pages.ts";
import type { EligibilityList } from "./eligibility-list.ts";

const columns = sql.raw(`
  l.id, l.code, l.name, l.version,
  (SELECT count(*) FROM eligibility_entries e WHERE e.tenant_id = l.tenant_id AND e.list_id = l.id) AS entry_count`);

/** One list by id or code. */
export async function findListRow(
  trx: Trx,
  tenantId: string,
  name: Named,
): Promise<EligibilityList | undefined> {
  const { rows } = await sql<EligibilityList>`
    SELECT ${columns}
    FROM eligibility_lists l
    WHERE l.tenant_id = ${tenantId} AND (l.id = ${name.id}::uuid OR l.code = ${name.code})
  `.execute(trx);
  return rows[0];
}

/** Locks one list's row until the transaction ends. */
export async function lockListRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<EligibilityList | undefined> {
  const { rows } = await sql<EligibilityList>`
    SELECT ${columns}
    FROM eligibility_lists l
    WHERE l.tenant_id = ${tenantId} AND l.id = ${id}
    FOR UPDATE OF l
  `.execute(trx);
  return rows[0];
}

/** Lists by code. */
export async function listListRows(
  trx: Trx,
  tenantId: string,
  page: PageStart,
): Promise<EligibilityList[]> {
  const { rows } = await sql<EligibilityList>`
    SELECT ${columns}
    FROM eligibility_lists l
    WHERE l.tenant_id = ${tenantId} AND l.code > ${page.after}
    ORDER BY l.code
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** Adds an empty list; false when its code is taken. */
export async function insertList(
  trx: Trx,
  tenantId: string,
  list: Pick<EligibilityList, "id" | "code" | "name">,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO eligibility_lists (tenant_id, id, code, name)
    VALUES (${tenantId}, ${list.id}, ${list.code}, ${JSON.stringify(list.name)}::jsonb)
    ON CONFLICT (tenant_id, code) DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes the name of a locked list and raises its version. */
export async function updateList(
  trx: Trx,
  tenantId: string,
  list: Pick<EligibilityList, "id" | "name">,
): Promise<void> {
  await sql`
    UPDATE eligibility_lists
    SET name = ${JSON.stringify(list.name)}::jsonb, version = version + 1
    WHERE tenant_id = ${tenantId} AND id = ${list.id}
  `.execute(trx);
}

/** Deletes a list with all its entries. */
export async function deleteListRow(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`DELETE FROM eligibility_entries WHERE tenant_id = ${tenantId} AND list_id = ${id}`.execute(
    trx,
  );
  await sql`DELETE FROM eligibility_lists WHERE tenant_id = ${tenantId} AND id = ${id}`.execute(
    trx,
  );
}

/** Codes of the services, retired ones included, that ask for the list; at most 10. */
export async function listServiceCodesOfList(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT s.code
    FROM services s
    WHERE s.tenant_id = ${tenantId} AND s.eligibility_list_id = ${id}
    ORDER BY s.code
    LIMIT 10
  `.execute(trx);
  return rows.map((row) => row.code);
}

/** Adds keyed hashes (hexadecimal) to a list; returns how many were not on it. */
export async function insertEntries(
  trx: Trx,
  tenantId: string,
  entries: { readonly listId: string; readonly hashes: readonly string[] },
): Promise<number> {
  const { numAffectedRows } = await sql`
    INSERT INTO eligibility_entries (tenant_id, list_id, key_hash)
    SELECT DISTINCT ${tenantId}::uuid, ${entries.listId}::uuid, decode(hash, 'hex')
    FROM unnest(${entries.hashes}::text[]) AS hash
    ON CONFLICT DO NOTHING
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Removes keyed hashes (hexadecimal) from a list; returns how many were on it. */
export async function deleteEntries(
  trx: Trx,
  tenantId: string,
  entries: { readonly listId: string; readonly hashes: readonly string[] },
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM eligibility_entries
    WHERE tenant_id = ${tenantId} AND list_id = ${entries.listId}
      AND key_hash IN (SELECT decode(hash, 'hex') FROM unnest(${entries.hashes}::text[]) AS hash)
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Whether a keyed hash (hexadecimal) is on a list. */
export async function hasEntry(
  trx: Trx,
  tenantId: string,
  entry: { readonly listId: string; readonly hash: string },
): Promise<boolean> {
  const { rows } = await sql`
    SELECT
    FROM eligibility_entries
    WHERE tenant_id = ${tenantId} AND list_id = ${entry.listId} AND key_hash = decode(${entry.hash}, 'hex')
  `.execute(trx);
  return rows.length > 0;
}
