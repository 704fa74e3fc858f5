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

/** What an operation over many appointments says to those concerned. */
export interface OperationWords {
  /** By language. */
  readonly texts: Readonly<Partial<Record<Language, string>>>;
  /** Whether those whose visits it cancels choose other times before others. */
  readonly has_rebooking: boolean;
}

/** The words of an operation; none where it is missing. */
export async function findOperationWords(
  trx: Trx,
  tenantId: string,
  operationId: string,
): Promise<OperationWords> {
  const { rows } = await sql<OperationWords>`
    SELECT o.rebooking IS NOT NULL AS has_rebooking,
      (SELECT coalesce(jsonb_object_agg(t.language, t.text), '{}')
       FROM bulk_operation_texts t WHERE t.tenant_id = o.tenant_id AND t.operation_id = o.id) AS texts
    FROM bulk_operations o
    WHERE o.tenant_id = ${tenantId} AND o.id = ${operationId}
  `.execute(trx);
  return rows[0] ?? { texts: {}, has_rebooking: false };
}
