import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { PageStart } from "../pages.ts";
import type { Invitation } from "./invitation.ts";

export interface NewInvitation {
  readonly id: string;
  /** Keyed hash of the code, in hexadecimal. */
  readonly hash: string;
}

/** Adds invitations of one service. */
export async function insertInvitations(
  trx: Trx,
  tenantId: string,
  batch: {
    readonly serviceId: string;
    readonly usesMax: number;
    readonly expiresAt: Date | null;
    readonly invitations: readonly NewInvitation[];
  },
): Promise<void> {
  await sql`
    INSERT INTO invitations (tenant_id, id, service_id, code_hash, uses_max, expires_at)
    SELECT ${tenantId}, r.id, ${batch.serviceId}, decode(r.hash, 'hex'), ${batch.usesMax}, ${batch.expiresAt}
    FROM jsonb_to_recordset(${JSON.stringify(batch.invitations)}::jsonb) AS r (id uuid, hash text)
  `.execute(trx);
}

/** Whether the tenant has this service and it is not retired. */
export async function hasLiveService(trx: Trx, tenantId: string, id: string): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM services s WHERE s.tenant_id = ${tenantId} AND s.id = ${id} AND s.retired_at IS NULL FOR SHARE
  `.execute(trx);
  return rows.length > 0;
}

/** Invitations in the order in which they were made, of one service when it is named. */
export async function listInvitationRows(
  trx: Trx,
  tenantId: string,
  page: PageStart & { readonly serviceId: string | null },
): Promise<Invitation[]> {
  const { rows } = await sql<Invitation>`
    SELECT i.id, i.service_id, i.uses_max, i.uses,
      to_char(i.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS expires_at,
      i.revoked_at IS NOT NULL AS is_revoked
    FROM invitations i
    WHERE i.tenant_id = ${tenantId} AND i.id::text > ${page.after}
      AND (${page.serviceId}::uuid IS NULL OR i.service_id = ${page.serviceId}::uuid)
    ORDER BY i.id::text
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** Revokes one; undefined when there is none, `isNew` false when it was revoked already. */
export async function revokeInvitationRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<{ isNew: boolean } | undefined> {
  const { rows } = await sql<{ was_revoked: boolean }>`
    WITH before AS (
      SELECT i.id, i.revoked_at IS NOT NULL AS was_revoked
      FROM invitations i
      WHERE i.tenant_id = ${tenantId} AND i.id = ${id}
      FOR UPDATE)
    UPDATE invitations i
    SET revoked_at = coalesce(i.revoked_at, clock_now())
    FROM before b
    WHERE i.tenant_id = ${tenantId} AND i.id = b.id
    RETURNING b.was_revoked
  `.execute(trx);
  return rows[0] && { isNew: !rows[0].was_revoked };
}

/** Counts one use of a valid code; undefined when it is unknown, used up, expired or revoked. */
export async function countUse(
  trx: Trx,
  tenantId: string,
  invitation: { readonly serviceId: string; readonly hash: string },
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    UPDATE invitations
    SET uses = uses + 1
    WHERE tenant_id = ${tenantId} AND service_id = ${invitation.serviceId}
      AND code_hash = decode(${invitation.hash}, 'hex') AND uses < uses_max AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > clock_now())
    RETURNING id
  `.execute(trx);
  return rows[0]?.id;
}

/** Gives one use back. */
export async function uncountUse(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE invitations SET uses = uses - 1 WHERE tenant_id = ${tenantId} AND id = ${id} AND uses > 0
  `.execute(trx);
}

/** Locks invitations in id order until the transaction ends. */
export async function lockInvitations(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<void> {
  await sql`
    SELECT FROM invitations i
    WHERE i.tenant_id = ${tenantId} AND i.id = ANY (${ids}::uuid[])
    ORDER BY i.id
    FOR UPDATE
  `.execute(trx);
}

/** Takes one use of an invitation back for each time it is named. */
export async function uncountUses(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<void> {
  await sql`
    UPDATE invitations i SET uses = greatest(i.uses - g.count, 0)
    FROM (SELECT id, count(*)::int AS count FROM unnest(${ids}::uuid[]) AS u (id) GROUP BY id) g
    WHERE i.tenant_id = ${tenantId} AND i.id = g.id
  `.execute(trx);
}
