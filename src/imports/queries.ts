import { sql } from "kysely";
import type { Trx } from "../db/database.ts";

/** A thing that a document can name by its code. */
export interface KnownCode {
  readonly list:
    | "sites"
    | "services"
    | "resources"
    | "eligibility_lists"
    | "closures"
    | "day_marks";
  readonly code: string;
  readonly id: string;
}

/** The codes of everything that is not retired. */
export async function listKnownCodes(trx: Trx, tenantId: string): Promise<KnownCode[]> {
  const { rows } = await sql<KnownCode>`
    SELECT 'sites' AS list, s.code, s.id
    FROM sites s WHERE s.tenant_id = ${tenantId} AND s.retired_at IS NULL
    UNION ALL
    SELECT 'services', s.code, s.id
    FROM services s WHERE s.tenant_id = ${tenantId} AND s.retired_at IS NULL
    UNION ALL
    SELECT 'resources', r.code, r.id
    FROM resources r WHERE r.tenant_id = ${tenantId} AND r.retired_at IS NULL
    UNION ALL
    SELECT 'eligibility_lists', l.code, l.id
    FROM eligibility_lists l WHERE l.tenant_id = ${tenantId}
    UNION ALL
    SELECT 'closures', c.code, c.id
    FROM closures c WHERE c.tenant_id = ${tenantId} AND c.retired_at IS NULL
    UNION ALL
    SELECT 'day_marks', m.code, m.id
    FROM day_marks m WHERE m.tenant_id = ${tenantId} AND m.retired_at IS NULL
  `.execute(trx);
  return rows;
}

/** The id of an opening that is not retired, by the codes of its resource and itself. */
export async function findLiveOpening(
  trx: Trx,
  tenantId: string,
  name: { readonly resource: string; readonly code: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT o.id
    FROM openings o
    JOIN resources r ON r.tenant_id = o.tenant_id AND r.id = o.resource_id
    WHERE o.tenant_id = ${tenantId} AND r.code = ${name.resource} AND o.code = ${name.code} AND o.retired_at IS NULL
  `.execute(trx);
  return rows[0]?.id;
}

/** Whether there is an administration that is not one of these; across tenants. */
export async function hasOtherTenants(trx: Trx, slugs: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM tenants t WHERE t.slug <> ALL (${slugs}::text[]) LIMIT 1
  `.execute(trx);
  return rows.length > 0;
}

/** Whether the tenant has any site. */
export async function hasSites(trx: Trx, tenantId: string): Promise<boolean> {
  const { rows } = await sql`SELECT FROM sites s WHERE s.tenant_id = ${tenantId} LIMIT 1`.execute(
    trx,
  );
  return rows.length > 0;
}

/** Whether an appointment of the old system was taken over already. */
export async function hasAppointment(
  trx: Trx,
  tenantId: string,
  externalReference: string,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM appointments a WHERE a.tenant_id = ${tenantId} AND a.external_reference = ${externalReference}
  `.execute(trx);
  return rows.length > 0;
}

/** Whether an instant lies in the past of the database's clock. */
export async function isPast(trx: Trx, instant: Date): Promise<boolean> {
  const { rows } = await sql<{
    is_past: boolean;
  }>`SELECT ${instant} < clock_now() AS is_past`.execute(trx);
  return rows[0]?.is_past ?? false;
}
