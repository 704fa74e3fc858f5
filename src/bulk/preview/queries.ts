import { type RawBuilder, sql } from "kysely";
import type { Language } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { BulkFilter, BulkKind, BulkReason, MoveRule, Rebooking } from "../operation.ts";

/** A new operation, but for what is frozen of it. */
export interface NewOperation {
  readonly id: string;
  readonly kind: BulkKind;
  readonly filter: BulkFilter;
  readonly reason: BulkReason | null;
  readonly isUrgent: boolean;
  readonly moveRule: MoveRule | null;
  readonly rebooking: Rebooking | null;
  readonly createdBy: string | null;
  readonly expiresInSeconds: number;
  readonly partSize: number;
  readonly itemsMax: number;
  /** Only these of those that the filter means; undefined: all. */
  readonly appointmentIds?: readonly string[] | undefined;
}

/** Appointments `a` at sites `st` that a filter means, now. */
function matches(
  tenantId: string,
  { filter, appointmentIds }: Pick<NewOperation, "filter" | "appointmentIds">,
): RawBuilder<unknown> {
  const list = (values: readonly string[] | null) => values && [...values];
  const ids = list(appointmentIds ?? null);
  return sql`
    a.tenant_id = ${tenantId} AND a.status = 'booked' AND a.starts_at > n.now
    AND (${ids}::uuid[] IS NULL OR a.id = ANY (${ids}::uuid[]))
    AND a.local_date BETWEEN ${filter.from}::date - 1 AND ${filter.to}::date
    AND a.starts_at < (${filter.to}::date + ${filter.to_time}::time) AT TIME ZONE st.time_zone
    AND a.ends_at > (${filter.from}::date + ${filter.from_time}::time) AT TIME ZONE st.time_zone
    AND (${list(filter.site_ids)}::uuid[] IS NULL OR a.site_id = ANY (${list(filter.site_ids)}::uuid[]))
    AND (${filter.support}::text IS NULL OR a.support = ${filter.support})
    AND (${list(filter.statuses ?? null)}::text[] IS NULL OR 'booked' = ANY (${list(filter.statuses ?? null)}::text[])
      OR EXISTS (
        SELECT FROM presence_requests pr
        WHERE pr.tenant_id = a.tenant_id AND pr.appointment_id = a.id AND pr.starts_at = a.starts_at
          AND CASE WHEN pr.confirmed_at IS NULL THEN 'awaited' ELSE 'confirmed' END
            = ANY (${list(filter.statuses ?? null)}::text[])))
    AND (${list(filter.channels)}::text[] IS NULL OR a.channel = ANY (${list(filter.channels)}::text[]))
    AND (${list(filter.languages)}::text[] IS NULL OR a.language = ANY (${list(filter.languages)}::text[]))
    AND (${list(filter.service_ids)}::uuid[] IS NULL OR EXISTS (
      SELECT FROM appointment_legs l
      WHERE l.tenant_id = a.tenant_id AND l.appointment_id = a.id
        AND l.service_id = ANY (${list(filter.service_ids)}::uuid[])))
    AND (${list(filter.resource_ids)}::uuid[] IS NULL OR EXISTS (
      SELECT FROM allocations al
      JOIN slots s ON s.tenant_id = al.tenant_id AND s.id = al.slot_id
      WHERE al.tenant_id = a.tenant_id AND al.owner_id = a.id
        AND s.resource_id = ANY (${list(filter.resource_ids)}::uuid[])))`;
}

/**
 * Freezes the appointments that a filter means, by id and version in order of their start, and counts them, in one
 * statement: what is frozen is what is counted. Writes the operation with its parts; returns how many items there are,
 * one more than allowed when there are too many.
 */
export async function freeze(trx: Trx, tenantId: string, one: NewOperation): Promise<number> {
  const { rows } = await sql<{ items: number }>`
    WITH wanted AS MATERIALIZED (
      SELECT a.id, a.version, a.support = 'conflict' AS in_conflict, a.site_id, a.local_date, a.channel, a.language,
        a.has_email, a.has_phone, row_number() OVER (ORDER BY a.starts_at, a.id) - 1 AS place
      FROM (SELECT clock_now() AS now) n
      CROSS JOIN sites st
      JOIN appointments a ON a.site_id = st.id
      WHERE st.tenant_id = ${tenantId} AND ${matches(tenantId, one)}
      LIMIT ${one.itemsMax + 1}
    ), parts AS (
      SELECT (place / ${one.partSize}::int)::int AS number, array_agg(id ORDER BY place) AS ids,
        array_agg(version ORDER BY place) AS versions, array_agg(in_conflict ORDER BY place) AS in_conflict
      FROM wanted GROUP BY 1
    ), operation AS (
      INSERT INTO bulk_operations
        (tenant_id, id, kind, filter, reason, is_urgent, move_rule, rebooking, items, counts, digest, created_by, expires_at)
      SELECT ${tenantId}, ${one.id}, ${one.kind}, ${JSON.stringify(one.filter)}::jsonb, ${one.reason}, ${one.isUrgent},
        ${one.moveRule && JSON.stringify(one.moveRule)}::jsonb,
        ${one.rebooking && JSON.stringify(one.rebooking)}::jsonb,
        least((SELECT count(*) FROM wanted), ${one.itemsMax})::int, ${counts(tenantId)}, ${digest(one.id)},
        ${one.createdBy}, clock_now() + make_interval(secs => ${one.expiresInSeconds})
      RETURNING id
    ), written AS (
      INSERT INTO bulk_operation_parts (tenant_id, operation_id, number, appointment_ids, versions, in_conflict)
      SELECT ${tenantId}, o.id, p.number, p.ids, p.versions, p.in_conflict FROM parts p CROSS JOIN operation o
    )
    SELECT count(*)::int AS items FROM wanted
  `.execute(trx);
  return rows[0]?.items ?? 0;
}

function digest(operationId: string): RawBuilder<unknown> {
  return sql`(
    SELECT sha256(convert_to(${operationId} || coalesce(
      string_agg(md5(p.ids::text || p.versions::text), '' ORDER BY p.number), ''), 'UTF8'))
    FROM parts p)`;
}

function counts(tenantId: string): RawBuilder<unknown> {
  return sql`jsonb_build_object(
    'by_day', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('site_id', g.site_id, 'date', g.local_date, 'count', g.count)
        ORDER BY g.local_date, g.site_id), '[]')
      FROM (SELECT site_id, local_date, count(*) AS count FROM wanted GROUP BY 1, 2) g),
    'by_channel', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('channel', g.channel, 'count', g.count) ORDER BY g.channel), '[]')
      FROM (SELECT channel, count(*) AS count FROM wanted GROUP BY 1) g),
    'people', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('service_id', g.service_id, 'language', g.language,
        'has_email', g.has_email, 'has_phone', g.has_phone, 'count', g.count)
        ORDER BY g.service_id, g.language, g.has_email, g.has_phone), '[]')
      FROM (
        SELECT l.service_id, w.language, w.has_email, w.has_phone, count(*) AS count
        FROM wanted w
        JOIN appointment_legs l ON l.tenant_id = ${tenantId} AND l.appointment_id = w.id AND l.leg = 0
        GROUP BY 1, 2, 3, 4) g))`;
}

/** Writes the texts of an operation. */
export async function insertTexts(
  trx: Trx,
  tenantId: string,
  given: {
    readonly operationId: string;
    readonly texts: Readonly<Partial<Record<Language, string>>>;
  },
): Promise<void> {
  const entries = Object.entries(given.texts);
  if (entries.length === 0) return;
  await sql`
    INSERT INTO bulk_operation_texts (tenant_id, operation_id, language, text)
    SELECT ${tenantId}, ${given.operationId}, t.language, t.text
    FROM unnest(${entries.map(([name]) => name)}::text[], ${entries.map(([, text]) => text)}::text[])
      AS t (language, text)
  `.execute(trx);
}

/** Names in a filter that do not exist, by what they name. */
export async function findUnknown(
  trx: Trx,
  tenantId: string,
  named: {
    readonly sites: readonly string[];
    readonly resources: readonly string[];
    readonly services: readonly string[];
  },
): Promise<{ kind: "sites" | "resources" | "services"; id: string }[]> {
  const { rows } = await sql<{ kind: "sites" | "resources" | "services"; id: string }>`
    SELECT 'sites' AS kind, n.id FROM unnest(${named.sites}::uuid[]) AS n (id)
    WHERE NOT EXISTS (SELECT FROM sites s WHERE s.tenant_id = ${tenantId} AND s.id = n.id)
    UNION ALL
    SELECT 'resources', n.id FROM unnest(${named.resources}::uuid[]) AS n (id)
    WHERE NOT EXISTS (SELECT FROM resources r WHERE r.tenant_id = ${tenantId} AND r.id = n.id)
    UNION ALL
    SELECT 'services', n.id FROM unnest(${named.services}::uuid[]) AS n (id)
    WHERE NOT EXISTS (SELECT FROM services s WHERE s.tenant_id = ${tenantId} AND s.id = n.id)
  `.execute(trx);
  return rows;
}

/** Some appointments of an operation for samples: of each language and kind of contact one or two, the earliest first. */
export async function listSampleIds(
  trx: Trx,
  tenantId: string,
  { operationId, perGroup }: { readonly operationId: string; readonly perGroup: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT g.id
    FROM (
      SELECT a.id, a.starts_at,
        row_number() OVER (PARTITION BY a.language, a.has_email, a.has_phone ORDER BY a.starts_at, a.id) AS place
      FROM (
        SELECT unnest(p.appointment_ids) AS id
        FROM bulk_operation_parts p
        WHERE p.tenant_id = ${tenantId} AND p.operation_id = ${operationId}
        ORDER BY p.number
        LIMIT 2000) i
      JOIN appointments a ON a.tenant_id = ${tenantId} AND a.id = i.id) g
    WHERE g.place <= ${perGroup}
    ORDER BY g.starts_at, g.id
  `.execute(trx);
  return rows.map((row) => row.id);
}
