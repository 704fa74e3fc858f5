import { sql } from "kysely";
import type { Language } from "../../context.ts";
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

/** What an operation over many appointments tells those concerned, by language. */
export type OperationTexts = Readonly<Partial<Record<Language, string>>>;

/** The texts of an operation; none where it has none. */
export async function listOperationTexts(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<OperationTexts> {
  const { rows } = await sql<{ texts: OperationTexts }>`
    SELECT coalesce(jsonb_object_agg(t.language, t.text), '{}') AS texts
    FROM bulk_operation_texts t
    WHERE t.tenant_id = ${tenantId} AND t.operation_id = ${operationId}
  `.execute(trx);
  return rows[0]?.texts ?? {};
}
