import { sql } from "kysely";
import type { Language, LocalizedText, Scope, Tenant } from "../context.ts";
import type { Trx } from "../db/database.ts";
import type { ApiKeyKind } from "./api-key-token.ts";

export interface TenantRow {
  readonly id: string;
  readonly slug: string;
  readonly name: LocalizedText;
  readonly languages: Language[];
  readonly default_language: Language;
  readonly time_zone: string;
  readonly holiday_country: string;
  readonly holiday_region: string | null;
  readonly contact: Tenant["contact"];
  readonly is_training: boolean;
  readonly version: number;
}

const tenantColumns = sql`
  id, slug, name, languages, default_language, time_zone, holiday_country, holiday_region, contact, is_training, version`;

export async function findTenantBySlug(trx: Trx, slug: string): Promise<TenantRow | undefined> {
  const { rows } = await sql<TenantRow>`
    SELECT ${tenantColumns}
    FROM tenants
    WHERE slug = ${slug} AND retired_at IS NULL
  `.execute(trx);
  return rows[0];
}

export async function findTenantById(trx: Trx, id: string): Promise<TenantRow | undefined> {
  const { rows } = await sql<TenantRow>`
    SELECT ${tenantColumns}
    FROM tenants
    WHERE id = ${id} AND retired_at IS NULL
  `.execute(trx);
  return rows[0];
}

/** Every tenant that is not retired, in the order they were made. For the system's scope. */
export async function listTenantRows(trx: Trx): Promise<TenantRow[]> {
  const { rows } = await sql<TenantRow>`
    SELECT ${tenantColumns}
    FROM tenants
    WHERE retired_at IS NULL
    ORDER BY id
  `.execute(trx);
  return rows;
}

export async function lockTenant(trx: Trx, id: string): Promise<TenantRow | undefined> {
  const { rows } = await sql<TenantRow>`
    SELECT ${tenantColumns}
    FROM tenants
    WHERE id = ${id} AND retired_at IS NULL
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

export async function insertTenant(trx: Trx, row: Omit<TenantRow, "version">): Promise<void> {
  await sql`
    INSERT INTO tenants
      (id, slug, name, languages, default_language, time_zone, holiday_country, holiday_region, contact, is_training)
    VALUES (${row.id}, ${row.slug}, ${JSON.stringify(row.name)}::jsonb, ${row.languages}, ${row.default_language},
      ${row.time_zone}, ${row.holiday_country}, ${row.holiday_region}, ${JSON.stringify(row.contact)}::jsonb,
      ${row.is_training})
  `.execute(trx);
}

/** Writes the whole tenant and raises its version; the caller has locked the row. */
export async function updateTenant(trx: Trx, row: TenantRow): Promise<void> {
  await sql`
    UPDATE tenants
    SET name = ${JSON.stringify(row.name)}::jsonb, languages = ${row.languages},
      default_language = ${row.default_language}, time_zone = ${row.time_zone},
      holiday_country = ${row.holiday_country}, holiday_region = ${row.holiday_region},
      contact = ${JSON.stringify(row.contact)}::jsonb, is_training = ${row.is_training}, version = version + 1
    WHERE id = ${row.id}
  `.execute(trx);
}

export interface ApiKeyRow {
  readonly id: string;
  readonly kind: ApiKeyKind;
  readonly name: string;
  readonly scopes: Scope[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_on: string | null;
  readonly revoked_at: Date | null;
}

const keyColumns = sql`id, kind, name, scopes, created_at, expires_at, last_used_on, revoked_at`;

export async function insertApiKey(
  trx: Trx,
  tenantId: string,
  key: Pick<ApiKeyRow, "id" | "kind" | "name" | "scopes" | "expires_at"> & {
    readonly secret_hash: Buffer;
  },
): Promise<ApiKeyRow> {
  const { rows } = await sql<ApiKeyRow>`
    INSERT INTO api_keys (tenant_id, id, kind, name, scopes, expires_at, secret_hash)
    VALUES (${tenantId}, ${key.id}, ${key.kind}, ${key.name}, ${key.scopes}, ${key.expires_at}, ${key.secret_hash})
    RETURNING ${keyColumns}
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error("INSERT RETURNING gave no row");
  return row;
}

/** Keys after `after` in the order they were made, revoked ones included. */
export async function listApiKeyRows(
  trx: Trx,
  tenantId: string,
  { after, countMax }: { after: string | null; countMax: number },
): Promise<ApiKeyRow[]> {
  const { rows } = await sql<ApiKeyRow>`
    SELECT ${keyColumns}
    FROM api_keys
    WHERE tenant_id = ${tenantId} AND (${after}::uuid IS NULL OR id > ${after}::uuid)
    ORDER BY id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** Revokes a key; true when it was good until now, false when it was revoked before, undefined when there is none. */
export async function revokeApiKeyRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<boolean | undefined> {
  const { rows } = await sql<{ was_good: boolean }>`
    UPDATE api_keys k
    SET revoked_at = coalesce(k.revoked_at, clock_now())
    FROM api_keys before
    WHERE k.tenant_id = ${tenantId} AND k.id = ${id}
      AND before.tenant_id = k.tenant_id AND before.id = k.id
    RETURNING before.revoked_at IS NULL AS was_good
  `.execute(trx);
  return rows[0]?.was_good;
}

export interface LiveKey {
  readonly secret_hash: Buffer;
  readonly scopes: Scope[];
  readonly is_used_today: boolean;
}

/** A key that is neither revoked nor expired. */
export async function findLiveKey(
  trx: Trx,
  tenantId: string,
  { id, kind }: { id: string; kind: ApiKeyKind },
): Promise<LiveKey | undefined> {
  const { rows } = await sql<LiveKey>`
    SELECT secret_hash, scopes, last_used_on IS NOT DISTINCT FROM (clock_now() AT TIME ZONE 'UTC')::date AS is_used_today
    FROM api_keys
    WHERE tenant_id = ${tenantId} AND id = ${id} AND kind = ${kind}
      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_now())
  `.execute(trx);
  return rows[0];
}

/** Remembers that the key was used today (UTC); writes at most once a day and key. */
export async function noteKeyUse(trx: Trx, tenantId: string, id: string): Promise<void> {
  await sql`
    UPDATE api_keys
    SET last_used_on = (clock_now() AT TIME ZONE 'UTC')::date
    WHERE tenant_id = ${tenantId} AND id = ${id}
      AND last_used_on IS DISTINCT FROM (clock_now() AT TIME ZONE 'UTC')::date
  `.execute(trx);
}

/** From what an appointment's manage token is derived. */
export async function findTokenSource(
  trx: Trx,
  tenantId: string,
  appointmentId: string,
): Promise<{ token_kid: string; token_version: number } | undefined> {
  const { rows } = await sql<{ token_kid: string; token_version: number }>`
    SELECT token_kid, token_version
    FROM appointments
    WHERE tenant_id = ${tenantId} AND id = ${appointmentId}
  `.execute(trx);
  return rows[0];
}

/** From what the token of a wish on the waitlist is derived. */
export async function findWaitlistTokenSource(
  trx: Trx,
  tenantId: string,
  entryId: string,
): Promise<{ token_kid: string; token_version: number } | undefined> {
  const { rows } = await sql<{ token_kid: string; token_version: number }>`
    SELECT token_kid, token_version
    FROM waitlist_entries
    WHERE tenant_id = ${tenantId} AND id = ${entryId}
  `.execute(trx);
  return rows[0];
}
