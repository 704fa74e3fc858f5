import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { checkInvariants } from "../load-tests/check-invariants.ts";
import { type Databases, startDatabases, TENANT } from "./databases.ts";
import { listMissing } from "./list-missing.ts";
import { type LoadProcess, startLoadProcess } from "./load/load-process.ts";
import type { LoadPlan, LoadReport, Task } from "./load/plan.ts";
import type { Scale } from "./scale.ts";
import { type Service, startService } from "./service.ts";
import { type BuiltDistrict, buildDistrict } from "./town.ts";

/** The districts of the small database. */
export interface Town {
  /** One site, 3,000 slots: bookings and holds. */
  readonly plain: BuiltDistrict;
  /** One slot that never fills. */
  readonly hot: BuiltDistrict;
  /** Visits of three cells, and a service that takes a place per person. */
  readonly roomy: BuiltDistrict;
  /** 50 sites with 12 services: what availability is asked for. */
  readonly wide: BuiltDistrict;
  /** One place per slot: whether a taken one disappears in time. */
  readonly probe: BuiltDistrict;
  /** 30 sites with places for exactly one month of bookings. */
  readonly month: BuiltDistrict;
}

/** Places per slot of the month's district. */
export const monthCapacity = 10;

/** A running service with its database, and what was acknowledged by it. */
export interface Stage {
  readonly database: string;
  readonly admin: pg.Client;
  readonly service: Service;
  readonly town: Town;
  /** Runs a load against the service, by the world's generator or another. */
  readonly load: (
    plan: Omit<LoadPlan, "port" | "tenant">,
    generator?: LoadProcess,
  ) => Promise<LoadReport>;
  /** Notes a booking that was acknowledged to somebody else than the generator. */
  readonly acknowledge: (id: string) => void;
  /** Waits until background work has caught up, then flushes, so that the next phase starts even; returns seconds. */
  readonly settle: () => Promise<number>;
  /** Throws unless nothing is oversold, nothing acknowledged is missing and the outbox is complete. */
  readonly verify: () => Promise<string>;
}

/** What benches work with. Everything is made when first asked for. */
export interface World {
  readonly scale: Scale;
  readonly say: (text: string) => void;
  readonly databases: () => Promise<Databases>;
  /** The service on a small database. */
  readonly stage: () => Promise<Stage>;
  /** A further service on a database of its own. */
  readonly addStage: (
    database: string,
    prepare?: (admin: pg.Client) => Promise<void>,
  ) => Promise<Stage>;
  readonly generator: () => LoadProcess;
  readonly startGenerator: () => LoadProcess;
  readonly stop: () => Promise<void>;
}

/** The town as it was built; nothing ever runs there. */
const TEMPLATE = "bench_template";
const SMALL = "bench_small";
/** The same town for what is written directly. */
export const DIRECT = "bench_direct";
const SETTLE_MS_MAX = 120_000;

export function createWorld(scale: Scale, say: (text: string) => void): World {
  const stops: (() => Promise<void> | void)[] = [];
  const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    return () => (made ??= make());
  };
  const startGenerator = (): LoadProcess => {
    const started = startLoadProcess();
    stops.push(started.stop);
    return started;
  };
  let shared: LoadProcess | undefined;
  const generator = (): LoadProcess => (shared ??= startGenerator());
  const databases = once(async () => {
    const started = await startDatabases();
    stops.push(started.stop);
    return started;
  });
  const town = once(async () => buildTown(await databases(), scale));
  const addStage: World["addStage"] = async (database, prepare) => {
    const parts = { databases: await databases(), town: await town(), generator };
    await parts.databases.clone(database, TEMPLATE);
    const admin = await parts.databases.admin(database);
    await prepare?.(admin);
    return openStage(parts, { database, admin, stops });
  };
  return {
    scale,
    say,
    databases,
    stage: once(() => addStage(SMALL)),
    addStage,
    generator,
    startGenerator,
    stop: async () => {
      for (const stop of stops.toReversed()) await stop();
    },
  };
}

async function buildTown(databases: Databases, scale: Scale): Promise<Town> {
  await databases.clone(TEMPLATE);
  const admin = await databases.admin(TEMPLATE);
  const build = (district: Parameters<typeof buildDistrict>[2]): Promise<BuiltDistrict> =>
    buildDistrict(admin, databases.tenantId, district);
  const twelve = Array.from({ length: 12 }, () => ({}));
  const monthSlots = Math.ceil(scale.monthBookings / 30 / monthCapacity);
  const town = {
    plain: await build({ code: "libera", sites: 1, services: [{}], cells: 3_000, capacity: 1_000 }),
    hot: await build({ code: "unica", sites: 1, services: [{}], cells: 1, capacity: 10_000_000 }),
    roomy: await build({
      code: "ampia",
      sites: 1,
      services: [{ duration_minutes: 45 }, { places_per_person: 1 }],
      cells: 3_000,
      capacity: 10_000,
    }),
    wide: await build({
      code: "vasta",
      sites: 50,
      services: twelve,
      cells: 372,
      cellsADay: 12,
      capacity: 4,
    }),
    probe: await build({ code: "sonda", sites: 1, services: [{}], cells: 1_000, capacity: 1 }),
    month: await build({
      code: "mese",
      sites: 30,
      services: [{}],
      cells: monthSlots,
      capacity: monthCapacity,
    }),
  };
  await admin.query("VACUUM ANALYZE slots");
  await databases.clone(DIRECT, TEMPLATE);
  return town;
}

async function openStage(
  parts: { databases: Databases; town: Town; generator: () => LoadProcess },
  given: { database: string; admin: pg.Client; stops: (() => Promise<void> | void)[] },
): Promise<Stage> {
  const { databases, town } = parts;
  const { database, admin } = given;
  const service = await startService({
    url: databases.serviceUrl(database),
    adminUrl: databases.adminUrl(database),
    logFile: join(databases.folder, `${database}.log`),
  });
  given.stops.push(service.stop);
  const acknowledgedFile = join(databases.folder, `${database}.acknowledged`);
  let unknown = 0;
  return {
    database,
    admin,
    service,
    town,
    load: async (plan, generator = parts.generator()) => {
      const report = await generator.run({
        ...plan,
        port: service.port,
        tenant: TENANT,
        acknowledgedFile,
      });
      if (plan.task.kind === "book") unknown += unknownOutcomes(report);
      return report;
    },
    acknowledge: (id) => appendFileSync(acknowledgedFile, `${id}\n`),
    settle: () => settle(admin),
    verify: async () => {
      await settle(admin);
      return verify(admin, { acknowledgedFile, unknown });
    },
  };
}

/** Answers that leave open whether the booking was written: broken connections and faults. */
function unknownOutcomes({ statuses }: LoadReport): number {
  return Object.entries(statuses)
    .filter(([status]) => status === "0" || Number(status) >= 500)
    .reduce((sum, [, count]) => sum + count, 0);
}

async function settle(admin: pg.Client): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { rows } = await admin.query<{ is_settled: boolean }>(
      `SELECT NOT EXISTS (SELECT FROM outbox_events WHERE status <> 'relayed')
          AND (SELECT max(id) FROM audit_events) IS NOT DISTINCT FROM (SELECT max(event_id) FROM audit_seals) AS is_settled`,
    );
    if (rows[0]?.is_settled) break;
    if (performance.now() - startedMs > SETTLE_MS_MAX)
      throw new Error("The background work did not catch up");
    await sleep(100);
  }
  const seconds = (performance.now() - startedMs) / 1_000;
  await admin.query("CHECKPOINT");
  return seconds;
}

async function verify(
  admin: pg.Client,
  { acknowledgedFile, unknown }: { acknowledgedFile: string; unknown: number },
): Promise<string> {
  const broken = await checkInvariants(admin);
  if (broken.length > 0) throw new Error(`Invariants are broken: ${JSON.stringify(broken)}`);
  const { acknowledged, stored } = await listMissing(admin, acknowledgedFile);
  const extra = stored - acknowledged;
  if (extra < 0 || extra > unknown)
    throw new Error(`${acknowledged} were acknowledged, ${stored} are stored, ${unknown} unknown`);
  return `0 oversold, ${acknowledged} acknowledged and stored, ${extra} stored of ${unknown} unknown outcomes, outbox complete`;
}

/** Booking random starts of a district for one service of it. */
export function bookingTask(
  { siteCodes, serviceCodes, starts }: BuiltDistrict,
  service = 0,
): Extract<Task, { kind: "book" }> {
  const wishes = siteCodes.map((site) => ({
    site,
    service: serviceCodes[service] ?? "",
    partySize: 1,
    starts,
  }));
  return { kind: "book", wishes };
}
