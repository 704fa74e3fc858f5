import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { SiteWords } from "./message-data.ts";

/** What sites are called and how one gets there, by id. */
export async function listSiteWords(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, SiteWords>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<SiteWords & { id: string }>`
    SELECT s.id, s.name, s.directions FROM sites s WHERE s.tenant_id = ${tenantId} AND s.id = ANY (${ids}::uuid[])
  `.execute(trx);
  return new Map(rows.map(({ id, ...words }) => [id, words]));
}
