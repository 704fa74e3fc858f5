import { type RawBuilder, sql } from "kysely";
import type { Channel } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import type { PlacedLeg } from "../claim/choose-places.ts";
import type { Claim } from "../claim/claim-places.ts";
import { extensionsMax, type Hold, type HoldStatus, type StoredLeg } from "./hold.ts";

interface HoldRow {
  id: string;
  status: HoldStatus;
  site_id: string;
  service_ids: string[];
  party_size: number;
  channel: Channel;
  starts_at: Date;
  ends_at: Date;
  expires_at: Date;
  extensions: number;
  legs: StoredLeg[];
  is_pinned: boolean;
}

const holdColumns = sql`
  id, status, site_id, service_ids, party_size, channel, starts_at, ends_at, expires_at, extensions, legs, is_pinned`;

export interface NewHold {
  readonly id: string;
  readonly siteId: string;
  readonly serviceIds: readonly string[];
  readonly partySize: number;
  readonly channel: Channel;
  readonly claim: Claim;
  readonly isPinned: boolean;
  /** Keyed hash of the client's own name for itself, when it gave one. */
  readonly clientHash: Buffer | null;
  readonly ttlSeconds: number;
}

/** Writes a hold whose places were just claimed with the same time to live. */
export async function insertHold(trx: Trx, tenantId: string, hold: NewHold): Promise<Hold> {
  const legs = hold.claim.legs.map(storedLeg);
  const { rows } = await sql<HoldRow>`
    INSERT INTO holds (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, is_pinned,
                       client_hash, ttl_seconds, expires_at)
    SELECT ${tenantId}, ${hold.id}, ${hold.siteId}, ${hold.serviceIds}::uuid[], ${hold.partySize}, ${hold.channel},
           ${dateFromEpochMs(hold.claim.startsAt)}, ${dateFromEpochMs(hold.claim.endsAt)}, ${JSON.stringify(legs)}::jsonb,
           ${hold.isPinned}, ${hold.clientHash}, ${hold.ttlSeconds}, min(a.expires_at)
    FROM allocations a
    WHERE a.tenant_id = ${tenantId} AND a.owner_id = ${hold.id}
    RETURNING ${holdColumns}
  `.execute(trx);
  const row = rows[0];
  if (!row) throw new Error("A hold was written without its allocations");
  return toHold(row);
}

/** Writes open holds whose places are claimed until `expiresAt`. A part of `writeTogether`. */
export function holdsInsert(
  tenantId: string,
  holds: readonly (Hold & { readonly ttlSeconds: number })[],
): RawBuilder<unknown> {
  const rows = holds.map((hold) => ({
    id: hold.id,
    site_id: hold.siteId,
    service_ids: hold.serviceIds,
    party_size: hold.partySize,
    channel: hold.channel,
    starts_at: hold.startsAt,
    ends_at: hold.endsAt,
    legs: hold.legs.map(storedLeg),
    is_pinned: hold.isPinned,
    ttl_seconds: hold.ttlSeconds,
    expires_at: hold.expiresAt,
  }));
  return sql`
    INSERT INTO holds (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, is_pinned,
                       ttl_seconds, expires_at)
    SELECT ${tenantId}::uuid, r.id, r.site_id, r.service_ids, r.party_size, r.channel, r.starts_at, r.ends_at, r.legs,
           r.is_pinned, r.ttl_seconds, r.expires_at
    FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r (
      id uuid, site_id uuid, service_ids uuid[], party_size integer, channel text, starts_at timestamptz,
      ends_at timestamptz, legs jsonb, is_pinned boolean, ttl_seconds integer, expires_at timestamptz)`;
}

function storedLeg(leg: PlacedLeg): StoredLeg {
  return {
    service_id: leg.serviceId,
    starts_at: dateFromEpochMs(leg.startsAt).toISOString(),
    ends_at: dateFromEpochMs(leg.endsAt).toISOString(),
    resource_ids: leg.resourceIds,
  };
}

/** The open holds of a client for the same services. */
export async function listOpenHoldIds(
  trx: Trx,
  tenantId: string,
  { clientHash, serviceIds }: { clientHash: Buffer; serviceIds: readonly string[] },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM holds
    WHERE tenant_id = ${tenantId} AND status = 'open' AND client_hash = ${clientHash}
      AND service_ids = ${serviceIds}::uuid[]
  `.execute(trx);
  return rows.map((row) => row.id);
}

export async function findHold(trx: Trx, tenantId: string, id: string): Promise<Hold | undefined> {
  const { rows } = await sql<HoldRow>`
    SELECT ${holdColumns} FROM holds WHERE tenant_id = ${tenantId} AND id = ${id}
  `.execute(trx);
  return rows[0] && toHold(rows[0]);
}

/** Holds by id, in any order; missing ones are left out. */
export async function listHolds(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<Hold[]> {
  const { rows } = await sql<HoldRow>`
    SELECT ${holdColumns} FROM holds WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[])
  `.execute(trx);
  return rows.map(toHold);
}

/** Ends open holds by the citizen's or staff's wish. Returns those that were open. */
export async function markReleased(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE holds SET status = 'released', ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ANY (${ids}::uuid[]) AND status = 'open'
    RETURNING id
  `.execute(trx);
  return rows.map((row) => row.id);
}

/** Ends a hold that becomes an appointment; undefined when it is not open or has expired by the database's clock. */
export async function markConfirmed(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Hold | undefined> {
  const { rows } = await sql<HoldRow>`
    UPDATE holds SET status = 'confirmed', ended_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'open' AND expires_at > clock_now()
    RETURNING ${holdColumns}
  `.execute(trx);
  return rows[0] && toHold(rows[0]);
}

/**
 * Starts the hold's time to live anew, but not past its start; undefined when it is not open, has expired, or has no
 * extension left.
 */
export async function prolongHold(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<Hold | undefined> {
  const { rows } = await sql<HoldRow>`
    WITH prolonged AS (
      UPDATE holds
      SET expires_at = least(clock_now() + ttl_seconds * interval '1 second', starts_at), extensions = extensions + 1
      WHERE tenant_id = ${tenantId} AND id = ${id} AND status = 'open' AND expires_at > clock_now()
        AND extensions < ${extensionsMax}
      RETURNING ${holdColumns}
    ), kept AS (
      UPDATE allocations a SET expires_at = p.expires_at
      FROM prolonged p
      WHERE a.tenant_id = ${tenantId} AND a.owner_id = p.id
    )
    SELECT ${holdColumns} FROM prolonged
  `.execute(trx);
  return rows[0] && toHold(rows[0]);
}

/** Slots with expired allocations, the longest expired first. */
export async function listSlotsToTidy(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<number[]> {
  const { rows } = await sql<{ slot_id: number }>`
    SELECT DISTINCT slot_id FROM (
      SELECT slot_id FROM allocations
      WHERE tenant_id = ${tenantId} AND expires_at <= clock_now()
      ORDER BY expires_at
      LIMIT ${countMax}) AS expired
    ORDER BY slot_id
  `.execute(trx);
  return rows.map((row) => row.slot_id);
}

/** Deletes ended holds after a day; they are of no use afterwards. Returns how many, at most `countMax`. */
export async function deleteEndedHolds(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM holds
    WHERE tenant_id = ${tenantId} AND id IN (
      SELECT id FROM holds
      WHERE tenant_id = ${tenantId} AND status <> 'open' AND ended_at < clock_now() - interval '1 day'
      LIMIT ${countMax})
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

function toHold(row: HoldRow): Hold {
  return {
    id: row.id,
    status: row.status,
    siteId: row.site_id,
    serviceIds: row.service_ids,
    partySize: row.party_size,
    channel: row.channel,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    expiresAt: row.expires_at,
    extensions: row.extensions,
    legs: row.legs.map((leg) => ({
      serviceId: leg.service_id,
      startsAt: Date.parse(leg.starts_at),
      endsAt: Date.parse(leg.ends_at),
      resourceIds: leg.resource_ids,
    })),
    isPinned: row.is_pinned,
  };
}
