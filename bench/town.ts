import type pg from "pg";

/** Sites that are alike, each with one resource that offers all of the services. */
export interface District {
  /** Begins the codes of sites, services and resources. */
  readonly code: string;
  readonly sites: number;
  /** Columns of `services` beside the code; the rest as in a plain registry office. */
  readonly services: readonly Readonly<Record<string, number>>[];
  /** Cells of 15 minutes of each resource, from 08:00 UTC, from the first day on. */
  readonly cells: number;
  /** 32 unless said. */
  readonly cellsADay?: number;
  readonly capacity: number;
  /** Days from today to the first day; negative in the past. */
  readonly firstDay?: number;
}

/** What a district became. */
export interface BuiltDistrict {
  readonly siteCodes: readonly string[];
  readonly serviceCodes: readonly string[];
  /** Starts of the cells, the same for every site, as the API writes instants. */
  readonly starts: readonly string[];
  /** Slots of the first site's resource, by start. */
  readonly slotIds: readonly number[];
}

const CELL_MINUTES = 15;
const CELLS_A_DAY_DEFAULT = 32;
const OPENING_CAPACITY_MAX = 10_000;

/**
 * Writes a district by SQL, as a superuser: sites, services, resources, openings and the slots that these openings
 * would give. The openings end with the slots, so that the service's own generation finds nothing to change.
 */
export async function buildDistrict(
  admin: pg.Client,
  tenantId: string,
  district: District,
): Promise<BuiltDistrict> {
  const firstDay = district.firstDay ?? 2;
  const cellsADay = district.cellsADay ?? CELLS_A_DAY_DEFAULT;
  const lastDay = firstDay + Math.ceil(district.cells / cellsADay) - 1;
  const codes = (kind: string, count: number): string[] =>
    Array.from({ length: count }, (_, n) => `${district.code}-${kind}-${n + 1}`);
  const siteCodes = codes("sede", district.sites);
  const serviceCodes = codes("pratica", district.services.length);
  await insertSites(admin, tenantId, siteCodes);
  for (const [n, code] of serviceCodes.entries()) {
    await insertService(admin, tenantId, { code, columns: district.services[n] ?? {} });
  }
  const named = [tenantId, siteCodes, serviceCodes];
  await admin.query(
    `INSERT INTO resource_services (tenant_id, resource_id, service_id)
     SELECT r.tenant_id, r.id, s.id
       FROM resources r
       JOIN services s ON s.tenant_id = r.tenant_id AND s.code = ANY ($3)
      WHERE r.tenant_id = $1 AND r.code = ANY ($2)`,
    named,
  );
  await insertOpenings(admin, tenantId, { ...district, siteCodes, firstDay, lastDay, cellsADay });
  await insertSlots(admin, tenantId, { ...district, siteCodes, firstDay, cellsADay });
  return { siteCodes, serviceCodes, ...(await readCells(admin, tenantId, siteCodes[0] ?? "")) };
}

/** Every hour the service compares one in 24 resources with their openings, by the last byte of the id: not these. */
const quietByte = `lpad(to_hex((extract(hour FROM clock_now() AT TIME ZONE 'UTC')::int + 12) % 24), 2, '0')`;

async function insertSites(admin: pg.Client, tenantId: string, codes: string[]): Promise<void> {
  await admin.query(
    `INSERT INTO sites (tenant_id, id, code, name, address, phone, time_zone)
     SELECT $1, gen_random_uuid(), c, jsonb_build_object('it', c), 'Piazza del Municipio 1', '06 1234', 'UTC'
       FROM unnest($2::text[]) AS c`,
    [tenantId, codes],
  );
  await admin.query(
    `INSERT INTO resources (tenant_id, id, site_id, code, name, role, cell_minutes)
     SELECT s.tenant_id, overlay(gen_random_uuid()::text PLACING ${quietByte} FROM 35)::uuid, s.id, s.code, s.name,
            'desk', ${CELL_MINUTES}
       FROM sites s
      WHERE s.tenant_id = $1 AND s.code = ANY ($2)`,
    [tenantId, codes],
  );
}

async function insertService(
  admin: pg.Client,
  tenantId: string,
  { code, columns }: { code: string; columns: Readonly<Record<string, number>> },
): Promise<void> {
  const row = { duration_minutes: CELL_MINUTES, horizon_days: 720, party_size_max: 10, ...columns };
  const names = Object.keys(row);
  await admin.query(
    `INSERT INTO services (tenant_id, id, code, name, ${names.join(", ")})
     VALUES ($1, gen_random_uuid(), $2, jsonb_build_object('it', $2::text), ${Object.values(row).join(", ")})`,
    [tenantId, code],
  );
}

type Span = Pick<District, "capacity" | "cells"> & {
  readonly siteCodes: readonly string[];
  readonly firstDay: number;
  readonly cellsADay: number;
};

async function insertOpenings(
  admin: pg.Client,
  tenantId: string,
  span: Span & { lastDay: number },
): Promise<void> {
  await admin.query(
    `INSERT INTO openings (tenant_id, id, resource_id, code, kind, rrule, starts_on, ends_on, start_time, end_time,
                           start_step_minutes, capacity, runs_on_holidays)
     SELECT r.tenant_id, gen_random_uuid(), r.id, 'orario', 'recurring', 'FREQ=DAILY', d.today + $3::int,
            d.today + $4::int, '08:00', time '08:00' + $6::int * interval '${CELL_MINUTES} minutes', ${CELL_MINUTES}, least($5, ${OPENING_CAPACITY_MAX}), true
       FROM resources r
      CROSS JOIN (SELECT (clock_now() AT TIME ZONE 'UTC')::date AS today) d
      WHERE r.tenant_id = $1 AND r.code = ANY ($2)`,
    [tenantId, span.siteCodes, span.firstDay, span.lastDay, span.capacity, span.cellsADay],
  );
  await admin.query(
    `INSERT INTO slot_generations (tenant_id, resource_id, inputs_digest, generated_to)
     SELECT r.tenant_id, r.id, sha256('bench'), date '2199-01-01'
       FROM resources r
      WHERE r.tenant_id = $1 AND r.code = ANY ($2)`,
    [tenantId, span.siteCodes],
  );
}

async function insertSlots(admin: pg.Client, tenantId: string, span: Span): Promise<void> {
  await admin.query(
    `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode,
                        capacity)
     SELECT r.tenant_id, r.id, o.id, c.starts_at, c.starts_at + interval '${CELL_MINUTES} minutes', c.on_date,
            n % $6::int, true, 'bookable', $5
       FROM resources r
       JOIN openings o ON o.tenant_id = r.tenant_id AND o.resource_id = r.id
      CROSS JOIN generate_series(0, $4::int - 1) AS n
      CROSS JOIN LATERAL (SELECT (clock_now() AT TIME ZONE 'UTC')::date + $3::int + n / $6::int AS on_date) d
      CROSS JOIN LATERAL (
        SELECT d.on_date, (d.on_date + time '08:00' + n % $6::int * interval '${CELL_MINUTES} minutes')
                            AT TIME ZONE 'UTC' AS starts_at) c
      WHERE r.tenant_id = $1 AND r.code = ANY ($2)
      ORDER BY r.id, n`,
    [tenantId, span.siteCodes, span.firstDay, span.cells, span.capacity, span.cellsADay],
  );
}

async function readCells(
  admin: pg.Client,
  tenantId: string,
  code: string,
): Promise<Pick<BuiltDistrict, "starts" | "slotIds">> {
  const { rows } = await admin.query<{ id: string; starts_at: Date }>(
    `SELECT s.id, s.starts_at
       FROM slots s
       JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
      WHERE s.tenant_id = $1 AND r.code = $2
      ORDER BY s.starts_at`,
    [tenantId, code],
  );
  return {
    starts: rows.map((row) => row.starts_at.toISOString()),
    slotIds: rows.map((row) => Number(row.id)),
  };
}
