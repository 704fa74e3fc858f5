import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import type { MessageKind } from "../message-state.ts";
import type { EndpointStatus, WebhookKind } from "./endpoint.ts";

/** An endpoint as it is kept; secrets still sealed. */
export interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
  readonly status: EndpointStatus;
  readonly secret_encrypted: Buffer;
  readonly previous_secret_encrypted: Buffer | null;
  readonly previous_secret_until: Date | null;
  readonly failing_since: Date | null;
  readonly disabled_at: Date | null;
  readonly disabled_reason: "failing" | "by_hand" | null;
  readonly version: number;
  readonly created_at: Date;
}

const columns = sql`
  e.id, e.url, e.kinds, e.status, e.secret_encrypted, e.previous_secret_encrypted, e.previous_secret_until,
  e.failing_since, e.disabled_at, e.disabled_reason, e.version, e.created_at`;

/** Endpoints by id, deleted ones left out. */
export async function listEndpointsById(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<EndpointRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<EndpointRow>`
    SELECT ${columns} FROM webhook_endpoints e
    WHERE e.tenant_id = ${tenantId} AND e.id = ANY (${ids}::uuid[]) AND e.status <> 'deleted'
  `.execute(trx);
  return rows;
}

/** Active endpoints and what they want to be told of. */
export async function listActiveEndpoints(
  trx: Trx,
  tenantId: string,
): Promise<{ id: string; kinds: readonly MessageKind[] }[]> {
  const { rows } = await sql<{ id: string; kinds: MessageKind[] }>`
    SELECT e.id, e.kinds FROM webhook_endpoints e WHERE e.tenant_id = ${tenantId} AND e.status = 'active' ORDER BY e.id
  `.execute(trx);
  return rows;
}

/** Endpoints after `after` in the order they were made, deleted ones left out. */
export async function listEndpointRows(
  trx: Trx,
  tenantId: string,
  { after, countMax }: { readonly after: string | null; readonly countMax: number },
): Promise<EndpointRow[]> {
  const { rows } = await sql<EndpointRow>`
    SELECT ${columns} FROM webhook_endpoints e
    WHERE e.tenant_id = ${tenantId} AND e.status <> 'deleted' AND (${after}::uuid IS NULL OR e.id > ${after}::uuid)
    ORDER BY e.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** Locks one endpoint until the transaction ends; deleted ones are not found. */
export async function lockEndpoint(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<EndpointRow | undefined> {
  const { rows } = await sql<EndpointRow>`
    SELECT ${columns} FROM webhook_endpoints e
    WHERE e.tenant_id = ${tenantId} AND e.id = ${id} AND e.status <> 'deleted'
    FOR UPDATE
  `.execute(trx);
  return rows[0];
}

/** How many endpoints there are that are not deleted. */
export async function countEndpoints(trx: Trx, tenantId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM webhook_endpoints WHERE tenant_id = ${tenantId} AND status <> 'deleted'
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

/** Adds an endpoint. */
export async function insertEndpoint(
  trx: Trx,
  tenantId: string,
  endpoint: Pick<EndpointRow, "id" | "url" | "kinds" | "secret_encrypted">,
): Promise<void> {
  await sql`
    INSERT INTO webhook_endpoints (tenant_id, id, url, kinds, secret_encrypted)
    VALUES (${tenantId}, ${endpoint.id}, ${endpoint.url}, ${endpoint.kinds}::text[], ${endpoint.secret_encrypted})
  `.execute(trx);
}

/** Writes a locked endpoint and raises its version; switched on again it starts without a grudge. */
export async function updateEndpoint(
  trx: Trx,
  tenantId: string,
  endpoint: Pick<EndpointRow, "id" | "url" | "kinds" | "status" | "disabled_reason">,
): Promise<void> {
  await sql`
    UPDATE webhook_endpoints
    SET url = ${endpoint.url}, kinds = ${endpoint.kinds}::text[], status = ${endpoint.status},
        disabled_reason = ${endpoint.disabled_reason},
        disabled_at = CASE WHEN ${endpoint.status} = 'disabled' THEN coalesce(disabled_at, clock_now()) END,
        failing_since = CASE WHEN ${endpoint.status} = 'active' AND status = 'disabled' THEN NULL ELSE failing_since END,
        version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${endpoint.id}
  `.execute(trx);
}

/** Gives a locked endpoint another secret; the one before stays good for a while. */
export async function updateSecret(
  trx: Trx,
  tenantId: string,
  {
    id,
    sealed,
    bothHours,
  }: { readonly id: string; readonly sealed: Buffer; readonly bothHours: number },
): Promise<void> {
  await sql`
    UPDATE webhook_endpoints
    SET previous_secret_encrypted = secret_encrypted, secret_encrypted = ${sealed},
        previous_secret_until = clock_now() + make_interval(hours => ${bothHours}),
        version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${id}
  `.execute(trx);
}

/** What a batch of attempts said of endpoints. */
export interface EndpointReport {
  readonly id: string;
  readonly hasSucceeded: boolean;
}

/** Notes since when endpoints fail; one success ends it. */
export async function noteEndpointReports(
  trx: Trx,
  tenantId: string,
  reports: readonly EndpointReport[],
): Promise<void> {
  await sql`
    UPDATE webhook_endpoints e
    SET failing_since = CASE WHEN r.has_succeeded THEN NULL ELSE clock_now() END
    FROM unnest(${reports.map((one) => one.id)}::uuid[], ${reports.map((one) => one.hasSucceeded)}::boolean[])
      AS r (id, has_succeeded)
    WHERE e.tenant_id = ${tenantId} AND e.id = r.id AND e.status = 'active'
      AND (e.failing_since IS NULL) <> r.has_succeeded
  `.execute(trx);
}

/** Switches off endpoints that have failed for so long; returns them. */
export async function disableFailing(
  trx: Trx,
  tenantId: string,
  failingHours: number,
): Promise<{ id: string; version: number }[]> {
  const { rows } = await sql<{ id: string; version: number }>`
    UPDATE webhook_endpoints
    SET status = 'disabled', disabled_at = clock_now(), disabled_reason = 'failing', version = version + 1,
        updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND status = 'active'
      AND failing_since <= clock_now() - make_interval(hours => ${failingHours})
    RETURNING id, version
  `.execute(trx);
  return rows;
}

/** Has webhooks of an endpoint sent again, ended between two instants; returns how many. */
export async function replayMessages(
  trx: Trx,
  tenantId: string,
  {
    endpointId,
    from,
    to,
    notAfterDays,
    countMax,
  }: {
    readonly endpointId: string;
    readonly from: Date;
    readonly to: Date;
    readonly notAfterDays: number;
    readonly countMax: number;
  },
): Promise<number> {
  const { numAffectedRows } = await sql`
    UPDATE messages m
    SET status = 'planned', end_reason = NULL, ended_at = NULL, next_at = clock_now(),
        not_after = greatest(m.not_after, clock_now() + make_interval(days => ${notAfterDays}))
    FROM (
      SELECT f.id FROM messages f
      WHERE f.tenant_id = ${tenantId} AND f.channel = 'webhook' AND f.endpoint_id = ${endpointId}
        AND f.status IN ('failed', 'unknown') AND f.ended_at >= ${from} AND f.ended_at < ${to}
      ORDER BY f.ended_at, f.id
      LIMIT ${countMax}
      FOR UPDATE SKIP LOCKED) again
    WHERE m.tenant_id = ${tenantId} AND m.id = again.id AND m.status IN ('failed', 'unknown')
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}
