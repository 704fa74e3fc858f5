import { sql } from "kysely";
import type { Language, LocalizedText } from "../../context.ts";
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

/** An offer of the waitlist as its message needs it. */
export interface OfferedRow {
  readonly id: string;
  readonly status: "offered" | "accepted" | "declined" | "expired" | "superseded";
  readonly entry_id: string;
  readonly entry_status: "waiting" | "offered" | "fulfilled" | "withdrawn" | "lapsed" | "expired";
  readonly token_kid: string;
  readonly token_version: number;
  readonly service_ids: string[];
  readonly party_size: number;
  readonly starts_at: Date;
  readonly ends_at: Date;
  readonly answer_by: Date;
  readonly services: readonly {
    readonly name: LocalizedText;
    readonly noun: "appointment" | "booking";
  }[];
  readonly site: {
    readonly name: LocalizedText;
    readonly directions: LocalizedText;
    readonly address: string;
    readonly phone: string;
    readonly time_zone: string;
  };
}

/** Offers by id; missing ones are left out. */
export async function listOffered(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<OfferedRow[]> {
  const { rows } = await sql<OfferedRow>`
    SELECT o.id, o.status, o.entry_id, e.status AS entry_status, e.token_kid, e.token_version, p.service_ids, p.party_size, p.starts_at, p.ends_at,
           p.answer_by,
           (SELECT jsonb_agg(jsonb_build_object('name', v.name, 'noun', v.noun) ORDER BY w.place)
            FROM unnest(p.service_ids) WITH ORDINALITY AS w (id, place)
            JOIN services v ON v.tenant_id = o.tenant_id AND v.id = w.id) AS services,
           jsonb_build_object('name', s.name, 'directions', s.directions, 'address', s.address, 'phone', s.phone,
                              'time_zone', s.time_zone) AS site
    FROM waitlist_offers o
    JOIN waitlist_places p ON p.tenant_id = o.tenant_id AND p.id = o.place_id
    JOIN waitlist_entries e ON e.tenant_id = o.tenant_id AND e.id = o.entry_id
    JOIN sites s ON s.tenant_id = p.tenant_id AND s.id = p.site_id
    WHERE o.tenant_id = ${tenantId} AND o.id = ANY (${ids}::uuid[])
  `.execute(trx);
  return rows;
}
