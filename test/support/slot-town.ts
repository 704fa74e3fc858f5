/** A small municipality written straight into the tables, for tests that are about slots and not about making them. */
import { v7 as uuidv7 } from "uuid";
import { cutIntoCells } from "../../src/time/cells.ts";
import { toLocalDate } from "../../src/time/local-date.ts";
import { toLocalEndTime, toLocalTime } from "../../src/time/local-time.ts";
import { localDateOf, openingEdges } from "../../src/time/wall-clock.ts";
import type { TestApp } from "./test-app.ts";

export interface TownSite {
  readonly id: string;
  readonly code: string;
  readonly timeZone: string;
}

export interface TownResource {
  readonly id: string;
  readonly site: TownSite;
  readonly cellMinutes: number;
}

/** A morning, say, of a resource; a ceiling or restriction belongs to it. */
export interface TownOpening {
  readonly id: string;
  /** Ids of its slots by start, ISO text. */
  readonly slotIds: ReadonlyMap<string, number>;
}

export interface NewOpening {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** `HH:MM`. */
  readonly start: string;
  readonly end: string;
  readonly stepMinutes?: number;
  readonly capacity?: number;
  readonly mode?: "bookable" | "walk_in" | "undecided";
  readonly serviceIds?: readonly string[];
}

export type Columns = Readonly<Record<string, unknown>>;

export interface Town {
  readonly addSite: (code: string, timeZone?: string) => Promise<TownSite>;
  /** 30 minutes at a desk, published 60 days ahead; `columns` of `services` say otherwise. Returns its id. */
  readonly addService: (code: string, columns?: Columns) => Promise<string>;
  /** A desk of cells of 15 minutes; `columns` of `resources` say otherwise. */
  readonly addResource: (
    site: TownSite,
    offers: readonly string[],
    columns?: Columns,
  ) => Promise<TownResource>;
  readonly addOpening: (resource: TownResource, opening: NewOpening) => Promise<TownOpening>;
  /** Returns the ceiling's id. */
  readonly addCeiling: (opening: TownOpening, columns: Columns) => Promise<string>;
  /** Takes units of a slot, with `taken` kept true. Returns the owner's id. */
  readonly take: (slotId: number | undefined, columns?: Columns) => Promise<string>;
  /** Sets the database's clock; it then runs on. */
  readonly setClock: (instant: string) => Promise<void>;
}

let lastCode = 0;

/** Writes for the first tenant of an app. */
export function createTown(app: TestApp): Town {
  const tenantId = app.tenant.id;
  const insert = async (table: string, columns: Columns): Promise<void> => {
    const names = Object.keys({ tenant_id: tenantId, ...columns });
    const places = names.map((_, at) => `$${at + 1}`);
    await app.sql(`INSERT INTO ${table} (${names.join()}) VALUES (${places.join()})`, [
      tenantId,
      ...Object.values(columns),
    ]);
  };
  return {
    async addSite(code, timeZone = "Europe/Rome") {
      const id = uuidv7();
      await insert("sites", { id, code, name: { it: code }, time_zone: timeZone });
      return { id, code, timeZone };
    },
    async addService(code, columns = {}) {
      const id = uuidv7();
      const usual = { duration_minutes: 30, party_size_max: 10 };
      await insert("services", { id, code, name: { it: code }, ...usual, ...columns });
      return id;
    },
    async addResource(site, offers, columns = {}) {
      lastCode += 1;
      const row = { id: uuidv7(), code: `r${lastCode}`, cell_minutes: 15, ...columns };
      await insert("resources", { site_id: site.id, name: { it: row.code }, ...row });
      for (const service_id of offers)
        await insert("resource_services", { resource_id: row.id, service_id });
      return { id: row.id, site, cellMinutes: row.cell_minutes };
    },
    addOpening: (resource, opening) => addOpening({ app, insert }, resource, opening),
    async addCeiling(opening, columns) {
      const id = uuidv7();
      await insert("ceilings", { id, opening_id: opening.id, scope: "cell", ...columns });
      return id;
    },
    async take(slotId, columns = {}) {
      const row = { owner_kind: "appointment", owner_id: uuidv7(), units: 1, leg: 0, ...columns };
      await insert("allocations", { slot_id: slotId, ...row });
      await app.sql("UPDATE slots SET taken = taken + $1 WHERE tenant_id = $2 AND id = $3", [
        row.units,
        tenantId,
        slotId,
      ]);
      return row.owner_id;
    },
    setClock: async (instant) =>
      void (await app.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [
        instant,
      ])),
  };
}

async function addOpening(
  { app, insert }: { app: TestApp; insert: (table: string, columns: Columns) => Promise<void> },
  { id: resourceId, site, cellMinutes }: TownResource,
  wish: NewOpening,
): Promise<TownOpening> {
  lastCode += 1;
  const id = uuidv7();
  const { date, stepMinutes = cellMinutes, capacity = 1, mode = "bookable" } = wish;
  await insert("openings", {
    id,
    resource_id: resourceId,
    code: `o${lastCode}`,
    kind: "extra",
    starts_on: date,
    ends_on: date,
    start_time: wish.start,
    end_time: wish.end,
    start_step_minutes: stepMinutes,
    capacity,
    mode,
  });
  for (const service_id of wish.serviceIds ?? [])
    await insert("opening_services", { opening_id: id, service_id });
  const edges = openingEdges({
    date: toLocalDate(date),
    startTime: toLocalTime(wish.start),
    endTime: toLocalEndTime(wish.end),
    zone: site.timeZone,
  });
  const cells = edges ? cutIntoCells(edges, { cellMinutes, startStepMinutes: stepMinutes }) : [];
  const { rows } = await app.sql(
    `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode, capacity)
     SELECT $1, $2, $3, to_timestamp(c.start / 1000), to_timestamp(c.end / 1000), c.date, c.ordinal, c.is_start, $4, $5
     FROM jsonb_to_recordset($6::jsonb) AS c (start float8, "end" float8, date date, ordinal int, is_start boolean)
     RETURNING id::int8 AS id, starts_at`,
    [
      app.tenant.id,
      resourceId,
      id,
      mode,
      capacity,
      JSON.stringify(
        cells.map((cell, ordinal) => ({
          start: cell.start,
          end: cell.end,
          date: localDateOf(cell.start, site.timeZone),
          ordinal,
          is_start: cell.isStart,
        })),
      ),
    ],
  );
  return {
    id,
    slotIds: new Map(rows.map((row) => [isoOf(row["starts_at"]), Number(row["id"])])),
  };
}

function isoOf(value: unknown): string {
  if (!(value instanceof Date)) throw new Error("Not an instant");
  return value.toISOString();
}
