/**
 * Expands a year of openings for many resources and writes the slots on a durable embedded PostgreSQL, while
 * citizens book: rate, memory, latency of bookings, and what a second run writes.
 *
 *   node bench/slot-generation.ts [resources, 1000 unless said] [days, 365 unless said]
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { bookAppointment } from "../src/appointments/book-appointment.ts";
import { createResourceIn } from "../src/catalog/resources/create-resource.ts";
import { createService } from "../src/catalog/services/create-service.ts";
import { createServiceSchema } from "../src/catalog/services/schema.ts";
import { createSite } from "../src/catalog/sites/create-site.ts";
import { createSiteSchema } from "../src/catalog/sites/schema.ts";
import type { Deps, RequestContext } from "../src/context.ts";
import { createDatabase } from "../src/db/database.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../src/db/embedded-postgres.ts";
import { migrate } from "../src/db/migrate.ts";
import { createPool } from "../src/db/pool.ts";
import { createVault } from "../src/db/vault.ts";
import { DomainError } from "../src/errors.ts";
import { initTenant } from "../src/identity/init-tenant.ts";
import { generateSlots } from "../src/scheduling/generate-slots.ts";
import { createOpeningIn } from "../src/scheduling/openings/create-opening.ts";
import { createOpeningSchema } from "../src/scheduling/openings/schema.ts";

const GENERATORS = 2;
const BOOKING_PAUSE_MS = 20;
const SAMPLE_MS = 1_000;
const silent = { info: () => undefined, warn: console.warn, error: console.error };

const resourceCount = Number(process.argv[2] ?? 1_000);
const days = Number(process.argv[3] ?? 365);

type World = {
  readonly deps: Deps;
  readonly context: RequestContext;
  readonly admin: pg.Client;
  readonly siteId: string;
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
};

const dataDir = await mkdtemp(join(tmpdir(), "sportello-bench-"));
const cluster = await startEmbeddedPostgres({ dataDir, log: silent });
try {
  await migrate({ adminUrl: cluster.adminUrl, log: silent });
  await measure(cluster);
} finally {
  await cluster.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function measure({ adminUrl, serviceUrl }: EmbeddedPostgres): Promise<void> {
  const pool = createPool(serviceUrl(), { max: 10, onError: (error) => console.error(error) });
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const deps = {
    db: createDatabase(pool),
    vault: createVault([{ kid: "b1", key: randomBytes(32) }]),
  };
  try {
    const world = await prepare(deps, admin);
    say(`${resourceCount} resources, ${days} days, ${availableParallelism()} cores`);
    const first = await run(world, { isBooking: true });
    say(
      `first run: ${first.created} slots in ${first.seconds.toFixed(1)} s, ${Math.round(first.created / first.seconds)} a second`,
    );
    say(`memory of the process (RSS, MB) each tenth: ${first.memory.join(" ")}`);
    say(
      `bookings meanwhile: ${first.booked} made, ${first.refused} refused, p50 ${first.p50} ms, p99 ${first.p99} ms`,
    );
    const again = await run(world, { isBooking: false });
    say(
      `second run: ${again.created} slots and ${again.written} rows written in ${again.seconds.toFixed(1)} s`,
    );
    await admin.query(
      "UPDATE slot_generations SET inputs_digest = decode(repeat('00', 32), 'hex')",
    );
    const compared = await run(world, { isBooking: false });
    const digests = compared.written - resourceCount;
    say(
      `expanding and comparing everything: ${digests} rows written besides the digests in ${compared.seconds.toFixed(1)} s`,
    );
    await expectSound(world);
  } finally {
    await deps.db.close();
    await admin.end();
  }
}

async function prepare(deps: Deps, admin: pg.Client): Promise<World> {
  const name = { it: "Prova" };
  const { tenant } = await initTenant(deps, {
    slug: "misura",
    name,
    languages: ["it"],
    timeZone: "Europe/Rome",
    holidayCountry: "IT",
  });
  const context: RequestContext = { tenant, actor: { kind: "system" }, requestId: "bench" };
  const site = await createSite(
    deps,
    context,
    createSiteSchema.parse({ code: "sede", name, time_zone: "Europe/Rome" }),
  );
  const service = await createService(
    deps,
    context,
    createServiceSchema.parse({
      code: "carta",
      name,
      duration_minutes: 20,
      horizon_days: days - 1,
    }),
  );
  const resourceIds: string[] = [];
  for (let i = 0; i < resourceCount; i += 1) {
    const facts = {
      code: `sportello-${i}`,
      name,
      role: "desk",
      is_choosable: false,
      site_id: site.id,
      cell_minutes: 20,
      service_ids: [service.id],
    };
    resourceIds.push(await addResource(deps, context, facts));
  }
  return { deps, context, admin, siteId: site.id, serviceId: service.id, resourceIds };
}

/** A desk open in the mornings from Monday to Friday, and on two afternoons: 18 cells on those days, 12 on others. */
async function addResource(
  { db }: Deps,
  context: RequestContext,
  facts: Parameters<typeof createResourceIn>[2],
): Promise<string> {
  return db.inTenant(context.tenant.id, async (trx) => {
    const { id } = await createResourceIn(trx, context, facts);
    const shared = { resource_id: id, starts_on: "2026-01-01", capacity: 1 };
    const mornings = {
      ...shared,
      code: "mattina",
      rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
      start_time: "08:30",
      end_time: "12:30",
    };
    const afternoons = {
      ...shared,
      code: "pomeriggio",
      rrule: "FREQ=WEEKLY;BYDAY=TU,TH",
      start_time: "14:00",
      end_time: "16:00",
    };
    await createOpeningIn(trx, context, createOpeningSchema.parse(mornings));
    await createOpeningIn(trx, context, createOpeningSchema.parse(afternoons));
    return id;
  });
}

async function run(world: World, { isBooking }: { isBooking: boolean }) {
  const xid = await currentXid(world.admin);
  const life = { isOver: false };
  const memory: number[] = [];
  const sampling = sample(memory, life);
  const booking = isBooking ? book(world, life) : Promise.resolve([]);
  const started = performance.now();
  const created = await generateAll(world).finally(() => {
    life.isOver = true;
  });
  const seconds = (performance.now() - started) / 1_000;
  const [attempts] = await Promise.all([booking, sampling]);
  const latencies = attempts.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  return {
    created,
    seconds,
    memory: Array.from({ length: 10 }, (_, i) => memory[Math.floor((memory.length * i) / 10)] ?? 0),
    booked: attempts.filter(({ isBooked }) => isBooked).length,
    refused: attempts.filter(({ isBooked }) => !isBooked).length,
    p50: at(0.5),
    p99: at(0.99),
    written: await writtenSince(world.admin, xid),
  };
}

async function generateAll({ deps, context, resourceIds }: World): Promise<number> {
  const waiting = [...resourceIds];
  let created = 0;
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const report = await generateSlots(deps, context, { resourceId: id });
      created += report.slots_created;
    }
  };
  await Promise.all(Array.from({ length: GENERATORS }, work));
  return created;
}

async function sample(memory: number[], life: { isOver: boolean }): Promise<void> {
  while (!life.isOver) {
    memory.push(Math.round(process.memoryUsage().rss / 1_048_576));
    await pause(SAMPLE_MS);
  }
}

type Attempt = { readonly ms: number; readonly isBooked: boolean };

/** One citizen after the other books something that exists by now. */
async function book(world: World, life: { isOver: boolean }): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  while (!life.isOver) {
    const startsAt = await freeStart(world.admin);
    if (startsAt !== undefined) attempts.push(await tryToBook(world, startsAt));
    await pause(BOOKING_PAUSE_MS);
  }
  return attempts;
}

async function tryToBook(world: World, startsAt: Date): Promise<Attempt> {
  const started = performance.now();
  const context: RequestContext = {
    tenant: world.context.tenant,
    actor: { kind: "anonymous" },
    requestId: uuidv7(),
  };
  const isBooked = await bookAppointment(world.deps, context, {
    time: {
      names: { services: [world.serviceId], site: world.siteId },
      startsAt,
      partySize: 1,
      channel: "web",
    },
    language: "it",
    booker: { name: "Ada Rossi" },
    participants: [],
    answers: {},
  }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DomainError) return false;
      throw error;
    },
  );
  return { ms: performance.now() - started, isBooked };
}

async function freeStart(admin: pg.Client): Promise<Date | undefined> {
  const { rows } = await admin.query<{ starts_at: Date }>(
    `SELECT starts_at
       FROM slots
      WHERE taken = 0 AND starts_at > clock_now() + interval '1 day' AND starts_at < clock_now() + interval '30 days'
      LIMIT 1 OFFSET floor(random() * 100)`,
  );
  return rows[0]?.starts_at;
}

/** Rows of the tables that generation writes which a transaction since `xid` has written. */
async function writtenSince(admin: pg.Client, xid: string): Promise<number> {
  const { rows } = await admin.query<{ rows: string }>(
    `SELECT (SELECT count(*) FROM slots WHERE xmin::text::bigint >= $1)
          + (SELECT count(*) FROM slot_generations WHERE xmin::text::bigint >= $1)
          + (SELECT count(*) FROM audit_events WHERE xmin::text::bigint >= $1) AS rows`,
    [xid],
  );
  return Number(rows[0]?.rows);
}

async function currentXid(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query<{ xid: string }>("SELECT pg_current_xact_id()::text AS xid");
  return rows[0]?.xid ?? "";
}

async function expectSound({ admin }: World): Promise<void> {
  const { rows } = await admin.query(
    `SELECT s.id
       FROM slots s
       LEFT JOIN allocations a ON a.tenant_id = s.tenant_id AND a.slot_id = s.id AND a.is_counted
      GROUP BY s.tenant_id, s.id
     HAVING s.taken <> coalesce(sum(a.units), 0)`,
  );
  if (rows.length > 0) throw new Error(`${rows.length} slots do not add up`);
  say("every slot's taken is the sum of its counted allocations");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
