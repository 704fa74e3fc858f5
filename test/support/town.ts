import { v7 as uuidv7 } from "uuid";
import type { TestApp } from "./test-app.ts";

/** What a town is written with. */
export type TownApp = { readonly tenant: Pick<TestApp["tenant"], "id"> } & Pick<TestApp, "sql">;

/** What a test says of a service; everything else is as in a plain registry office. */
export interface TownService {
  readonly code: string;
  readonly columns?: Readonly<Record<string, unknown>>;
}

/** What a test says of a resource and its cells. */
export interface TownResource {
  readonly code: string;
  readonly offers: readonly string[];
  readonly role?: string;
  readonly cellMinutes?: number;
  readonly capacity?: number;
  /** Starts of consecutive cells: from this instant on, so many. */
  readonly from: Date;
  readonly cells: number;
}

export interface Town {
  readonly siteId: string;
  /** Ids by code. */
  readonly services: Readonly<Record<string, string>>;
  readonly resources: Readonly<Record<string, string>>;
  readonly openings: Readonly<Record<string, string>>;
}

/**
 * Writes a site with services, resources and their slots by SQL, for tests of claims that need slots at exact
 * instants; how openings become slots is tested elsewhere.
 */
export async function buildTown(
  app: TownApp,
  plan: { readonly services: readonly TownService[]; readonly resources: readonly TownResource[] },
): Promise<Town> {
  const tenantId = app.tenant.id;
  const siteId = uuidv7();
  const suffix = siteId.slice(-6);
  await app.sql(
    "INSERT INTO sites (tenant_id, id, code, name, address, phone, time_zone) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [tenantId, siteId, `town-${suffix}`, { it: "Municipio" }, "Piazza 1", "06 1234", "Europe/Rome"],
  );
  const services = await ids(plan.services, (service) => insertService(app, service, suffix));
  const openings: Record<string, string> = {};
  const resources = await ids(plan.resources, async (resource) => {
    const id = await insertResource(app, { resource, siteId, suffix, services });
    openings[resource.code] = await insertSlots(app, resource, id);
    return id;
  });
  return { siteId, services, resources, openings };
}

async function ids<T extends { readonly code: string }>(
  things: readonly T[],
  insert: (thing: T) => Promise<string>,
): Promise<Record<string, string>> {
  const byCode: Record<string, string> = {};
  for (const thing of things) byCode[thing.code] = await insert(thing);
  return byCode;
}

async function insertService(
  app: TownApp,
  { code, columns = {} }: TownService,
  suffix: string,
): Promise<string> {
  const id = uuidv7();
  const row: Record<string, unknown> = {
    tenant_id: app.tenant.id,
    id,
    code: `${code}-${suffix}`,
    name: { it: code },
    duration_minutes: 15,
    horizon_days: 700,
    party_size_max: 10,
    ...columns,
  };
  const names = Object.keys(row);
  await app.sql(
    `INSERT INTO services (${names.join(", ")}) VALUES (${names.map((_, index) => `$${index + 1}`).join(", ")})`,
    names.map((name) => asParameter(row[name])),
  );
  return id;
}

/** Arrays of objects are JSON here; pg would send them as PostgreSQL arrays. */
function asParameter(value: unknown): unknown {
  const isJsonArray = Array.isArray(value) && !value.every((item) => typeof item === "string");
  return isJsonArray ? JSON.stringify(value) : value;
}

async function insertResource(
  app: TownApp,
  given: {
    resource: TownResource;
    siteId: string;
    suffix: string;
    services: Record<string, string>;
  },
): Promise<string> {
  const { resource, siteId, suffix, services } = given;
  const id = uuidv7();
  const tenantId = app.tenant.id;
  await app.sql(
    "INSERT INTO resources (tenant_id, id, site_id, code, name, role, cell_minutes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    [
      tenantId,
      id,
      siteId,
      `${resource.code}-${suffix}`,
      { it: resource.code },
      resource.role ?? "desk",
      resource.cellMinutes ?? 15,
    ],
  );
  for (const code of resource.offers) {
    await app.sql(
      "INSERT INTO resource_services (tenant_id, resource_id, service_id) VALUES ($1, $2, $3)",
      [tenantId, id, services[code]],
    );
  }
  return id;
}

async function insertSlots(
  app: TownApp,
  resource: TownResource,
  resourceId: string,
): Promise<string> {
  const openingId = uuidv7();
  const tenantId = app.tenant.id;
  const cell = resource.cellMinutes ?? 15;
  await app.sql(
    `INSERT INTO openings (tenant_id, id, resource_id, code, kind, starts_on, ends_on, start_time, end_time,
                           start_step_minutes, capacity)
     VALUES ($1, $2, $3, 'slots', 'extra', $4::date, $4::date, '00:00', '24:00', $5, $6)`,
    [tenantId, openingId, resourceId, resource.from, cell, resource.capacity ?? 1],
  );
  await app.sql(
    `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode,
                        capacity)
     SELECT $1, $2, $3, s, s + $6 * interval '1 minute', (s AT TIME ZONE 'Europe/Rome')::date, n, true, 'bookable', $7
     FROM generate_series(0, $5 - 1) AS n
     CROSS JOIN LATERAL (SELECT $4::timestamptz + n * $6 * interval '1 minute' AS s) AS cell`,
    [tenantId, resourceId, openingId, resource.from, resource.cells, cell, resource.capacity ?? 1],
  );
  return openingId;
}

/**
 * Throws unless, whatever was done: every slot's, ceiling's and person's counter is the sum of its rows, no slot is
 * oversold, booked appointments have places and cancelled ones have none.
 */
export async function checkCounters(app: TownApp): Promise<void> {
  const { rows } = await app.sql(`
    SELECT 'slot' AS kind, s.id, s.taken, s.capacity, coalesce(a.units, 0) AS units
    FROM slots s
    LEFT JOIN (SELECT slot_id, sum(units) FILTER (WHERE is_counted) AS units FROM allocations GROUP BY slot_id) a
      ON a.slot_id = s.id
    WHERE s.taken <> coalesce(a.units, 0) OR s.taken > s.capacity
    UNION ALL
    SELECT 'ceiling', c.id, c.taken, c.capacity, coalesce(u.units, 0)
    FROM ceiling_counters c
    LEFT JOIN (SELECT counter_id, sum(units) AS units FROM ceiling_uses GROUP BY counter_id) u ON u.counter_id = c.id
    WHERE c.taken <> coalesce(u.units, 0)
    UNION ALL
    SELECT 'quota', 0, c.taken, 0, coalesce(u.units, 0)
    FROM quota_counters c
    LEFT JOIN (
      SELECT limit_id, person_hash, period_start, sum(units) AS units FROM quota_uses GROUP BY 1, 2, 3) u
      USING (limit_id, person_hash, period_start)
    WHERE c.taken <> coalesce(u.units, 0)
    UNION ALL
    SELECT 'appointment without places', 0, 0, 0, 0
    FROM appointments p
    WHERE p.status = 'booked' AND NOT EXISTS (SELECT FROM allocations a WHERE a.owner_id = p.id)
    UNION ALL
    SELECT 'cancelled with places', 0, 0, 0, 0
    FROM appointments p
    WHERE p.status = 'cancelled' AND EXISTS (SELECT FROM allocations a WHERE a.owner_id = p.id)`);
  if (rows.length > 0) throw new Error(`Counters are broken: ${JSON.stringify(rows)}`);
}

/** A start some days ahead at a full hour (UTC), far from any notice. */
export function daysAhead(days: number, hour = 8): Date {
  const date = new Date();
  date.setUTCDate(date.getUTCDate() + days);
  date.setUTCHours(hour, 0, 0, 0);
  return date;
}

/** `start` plus minutes, as the API writes it. */
export function isoAfter(start: Date, minutes: number): string {
  return new Date(start.getTime() + minutes * 60_000).toISOString();
}
