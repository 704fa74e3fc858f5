import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type pg from "pg";
import type { Deps, RequestContext } from "../src/context.ts";
import { createDatabase } from "../src/db/database.ts";
import { createPool } from "../src/db/pool.ts";
import { createVault } from "../src/db/vault.ts";
import { tenantOf } from "../src/identity/tenant.ts";
import { findTenantBySlug } from "../src/identity/queries.ts";
import { generateSlots } from "../src/scheduling/generate-slots.ts";
import { checkInvariants } from "../load-tests/check-invariants.ts";
import type { Bench } from "./bench.ts";
import { bookWhile } from "./book-while.ts";
import { type Databases, TENANT } from "./databases.ts";
import { buildDesks, type Desks } from "./desks.ts";
import { percentile, perSecond, ratiosOf } from "./statistics.ts";
import type { World } from "./world.ts";

const DATABASE = "bench_generation";
const COPIED = "bench_generation_copied";
const GENERATORS = 2;

interface Place {
  readonly deps: Deps;
  readonly context: RequestContext;
  readonly admin: pg.Client;
  readonly desks: Desks;
}

export const slotGeneration: Bench = {
  name: "slot-generation",
  question:
    "slots generated from the openings of 1,000 desks for a year, rows/s ÷ COPY of the same rows",
  target: 0.3,
  run: async (world) => {
    const databases = await world.databases();
    const { resources, days } = world.scale.generation;
    await databases.clone(DATABASE);
    const desks = await withDeps(databases, (deps, context) =>
      buildDesks(deps, context, { count: resources, days }),
    );
    await databases.clone(COPIED, DATABASE);
    const admin = await databases.admin(DATABASE);
    const copied = await databases.admin(COPIED);
    return withDeps(databases, async (deps, context) => {
      const place = { deps, context, admin, desks };
      const pairs = await measurePairs(world, place, copied);
      const notes = await measureAgain(place);
      const broken = await checkInvariants(admin);
      if (broken.length > 0) throw new Error(`Invariants are broken: ${JSON.stringify(broken)}`);
      return {
        ratios: ratiosOf(pairs.map(({ first, second }) => ({ of: first, to: second }))),
        notes: [
          `generated: ${pairs.map((pair) => perSecond(pair.first)).join(" ")}`,
          `copied: ${pairs.map((pair) => perSecond(pair.second)).join(" ")}`,
          ...notes,
        ],
      };
    });
  },
};

async function withDeps<T>(
  databases: Databases,
  work: (deps: Deps, context: RequestContext) => Promise<T>,
): Promise<T> {
  const url = databases.serviceUrl(DATABASE);
  const pool = createPool(url, { max: 10, onError: (error) => console.error(error) });
  const db = createDatabase(pool);
  try {
    const row = await db.inSystem((trx) => findTenantBySlug(trx, TENANT), { isReadOnly: true });
    if (!row) throw new Error("The tenant of the bench is missing");
    const deps = { db, vault: createVault([{ kid: "bench", key: randomBytes(32) }]) };
    const context = {
      tenant: tenantOf(row),
      actor: { kind: "system" },
      requestId: "bench",
    } as const;
    return await work(deps, context);
  } finally {
    await db.close();
  }
}

/** Each pair generates the slots of some of the desks and copies the very same rows into a database like it. */
async function measurePairs(
  world: World,
  { deps, context, admin, desks }: Place,
  copied: pg.Client,
): Promise<{ first: number; second: number }[]> {
  const size = Math.floor(desks.resourceIds.length / world.scale.pairs);
  const groups = Array.from({ length: world.scale.pairs }, (_, n) =>
    desks.resourceIds.slice(n * size, (n + 1) * size),
  );
  const waiting = [...groups];
  let generated: readonly string[] = [];
  const generate = async (): Promise<number> => {
    generated = waiting.shift() ?? [];
    const startedMs = performance.now();
    const count = await generateAll(deps, context, generated);
    const rate = (count * 1_000) / (performance.now() - startedMs);
    await admin.query("CHECKPOINT");
    return rate;
  };
  // What is not there yet cannot be copied, so generating always comes first.
  const pairs: { first: number; second: number }[] = [];
  for (const _ of groups) {
    const first = await generate();
    pairs.push({ first, second: await copyRows({ from: admin, to: copied }, generated) });
  }
  return pairs;
}

async function generateAll(
  deps: Deps,
  context: RequestContext,
  resourceIds: readonly string[],
): Promise<number> {
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

/** Copies slots by way of a file of the server's, so that no client slows the copying down; returns rows per second. */
async function copyRows(
  { from, to }: { from: pg.Client; to: pg.Client },
  resourceIds: readonly string[],
): Promise<number> {
  const folder = await from.query<{ folder: string }>(
    "SELECT current_setting('data_directory') AS folder",
  );
  const file = join(folder.rows[0]?.folder ?? "", "bench-slots.copy");
  const ids = resourceIds.map((id) => `'${id}'`).join(", ");
  await from.query(
    `COPY (SELECT * FROM slots WHERE resource_id IN (${ids}) ORDER BY id) TO '${file}'`,
  );
  const startedMs = performance.now();
  const { rowCount } = await to.query(`COPY slots FROM '${file}'`);
  const rate = ((rowCount ?? 0) * 1_000) / (performance.now() - startedMs);
  await to.query("CHECKPOINT");
  return rate;
}

/** What further runs cost: when nothing has changed, and when everything must be compared while citizens book. */
async function measureAgain({ deps, context, admin, desks }: Place): Promise<string[]> {
  const run = async (): Promise<number> => {
    const startedMs = performance.now();
    await generateAll(deps, context, desks.resourceIds);
    return (performance.now() - startedMs) / 1_000;
  };
  const again = await run();
  await admin.query("UPDATE slot_generations SET inputs_digest = sha256('other')");
  const { result: seconds, attempts } = await bookWhile({ deps, context, admin, desks }, run);
  const memory = Math.round(process.memoryUsage().rss / 2 ** 20);
  const latencies = attempts.map((attempt) => attempt.ms);
  const booked = attempts.filter((attempt) => attempt.isBooked).length;
  return [
    `a second run, with nothing to do: ${again.toFixed(1)} s for ${desks.resourceIds.length} desks`,
    `expanding and comparing everything: ${seconds.toFixed(1)} s; bookings meanwhile: ${booked} of ${attempts.length} granted, p50 ${Math.round(percentile(latencies, 0.5))} ms, p99 ${Math.round(percentile(latencies, 0.99))} ms`,
    `memory of the generating process (RSS) ${memory} MB`,
  ];
}
