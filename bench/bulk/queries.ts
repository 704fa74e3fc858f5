import { sql } from "kysely";
import type { Trx } from "../../src/db/database.ts";

/** Milliseconds from the start of an operation to its last settled part, by the database's clock. */
export async function readSettledMs(trx: Trx, operationId: string): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    SELECT extract(epoch FROM max(p.settled_at) - min(o.started_at))::float8 * 1000 AS ms
    FROM bulk_operation_parts p
    JOIN bulk_operations o ON o.tenant_id = p.tenant_id AND o.id = p.operation_id
    WHERE p.operation_id = ${operationId}
  `.execute(trx);
  return rows[0]?.ms ?? 0;
}
