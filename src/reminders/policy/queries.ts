import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { MessagePolicy } from "./message-policy.ts";

/** A policy as it is kept. */
export interface PolicyRow {
  readonly id: string;
  /** Null: of all services without one of their own. */
  readonly service_id: string | null;
  readonly rules: MessagePolicy;
  readonly version: number;
}

/** The policies of services, and the one of all others. */
export async function listPoliciesFor(
  trx: Trx,
  tenantId: string,
  serviceIds: readonly string[],
): Promise<PolicyRow[]> {
  const { rows } = await sql<PolicyRow>`
    SELECT p.id, p.service_id, p.rules, p.version
    FROM message_policies p
    WHERE p.tenant_id = ${tenantId} AND (p.service_id IS NULL OR p.service_id = ANY (${serviceIds}::uuid[]))
  `.execute(trx);
  return rows;
}

/** Every policy, the one of all others first. */
export async function listPolicyRows(trx: Trx, tenantId: string): Promise<PolicyRow[]> {
  const { rows } = await sql<PolicyRow>`
    SELECT p.id, p.service_id, p.rules, p.version
    FROM message_policies p
    WHERE p.tenant_id = ${tenantId}
    ORDER BY p.service_id NULLS FIRST
  `.execute(trx);
  return rows;
}

/** The policy of a service, or (null) of all others, locked until the transaction ends. */
export async function lockPolicy(
  trx: Trx,
  tenantId: string,
  serviceId: string | null,
): Promise<PolicyRow | undefined> {
  const { rows } = await sql<PolicyRow>`
    SELECT p.id, p.service_id, p.rules, p.version
    FROM message_policies p
    WHERE p.tenant_id = ${tenantId} AND p.service_id IS NOT DISTINCT FROM ${serviceId}::uuid
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** Adds a policy; false when somebody else just did. */
export async function insertPolicy(
  trx: Trx,
  tenantId: string,
  policy: Pick<PolicyRow, "id" | "service_id" | "rules">,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO message_policies (tenant_id, id, service_id, rules)
    VALUES (${tenantId}, ${policy.id}, ${policy.service_id}, ${JSON.stringify(policy.rules)}::jsonb)
    ON CONFLICT ON CONSTRAINT message_policies_are_stated_once DO NOTHING
  `.execute(trx);
  return numAffectedRows === 1n;
}

/** Writes a locked policy and raises its version. */
export async function updatePolicy(
  trx: Trx,
  tenantId: string,
  { id, rules }: Pick<PolicyRow, "id" | "rules">,
): Promise<void> {
  await sql`
    UPDATE message_policies
    SET rules = ${JSON.stringify(rules)}::jsonb, version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${id}
  `.execute(trx);
}

/** Takes a service's own policy back. */
export async function deletePolicy(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`DELETE FROM message_policies WHERE tenant_id = ${tenantId} AND id = ${id}`.execute(trx);
}
