import { randomBytes } from "node:crypto";
import pg from "pg";
import { checkInvariants } from "../load-tests/check-invariants.ts";
import { startOperation } from "../src/bulk/control/start-operation.ts";
import { previewOperation } from "../src/bulk/preview/preview-operation.ts";
import { runOperation } from "../src/bulk/run/run-operation.ts";
import type { Deps, RequestContext } from "../src/context.ts";
import { createDatabase } from "../src/db/database.ts";
import { createPool } from "../src/db/pool.ts";
import { createVault, type Vault } from "../src/db/vault.ts";
import { findTenantBySlug } from "../src/identity/queries.ts";
import { tenantOf } from "../src/identity/tenant.ts";
import { addDays } from "../src/time/local-date.ts";
import { localDateOf } from "../src/time/wall-clock.ts";
import type { Bench } from "./bench.ts";
import { bareCancel } from "./bulk/bare-cancel.ts";
import { fillFuture } from "./bulk/fill-future.ts";
import { readSettledMs } from "./bulk/queries.ts";
import { type Databases, TENANT } from "./databases.ts";
import { ratiosOf } from "./statistics.ts";
import type { World } from "./world.ts";

const TEMPLATE = "bench_bulk";

/** Times of one run, in milliseconds. */
interface Run {
  readonly previewMs: number;
  /** Until the last appointment was cancelled and its places were free. */
  readonly settledMs: number;
  /** Until the last message was planned too. */
  readonly toldMs: number;
}

export const bulkCancel: Bench = {
  name: "bulk-cancel",
  question:
    "100,000 appointments cancelled in parts with their messages planned beside, appointments/s ÷ one bare statement that changes the same rows and writes the same audit and outbox",
  target: 0.3,
  run: async (world) => {
    const databases = await world.databases();
    const vault = createVault([{ kid: "bench", key: randomBytes(32) }]);
    const { appointments, pairs: count } = world.scale.bulk;
    await databases.clone(TEMPLATE);
    await fillFuture(await databases.admin(TEMPLATE), vault, {
      tenantId: databases.tenantId,
      appointments,
    });
    world.say(`  ${appointments} appointments are booked`);
    const runs: Run[] = [];
    const bare: number[] = [];
    for (let pair = 0; pair < count; pair += 1) {
      runs.push(await measureRun(world, databases, { name: `${TEMPLATE}_run_${pair}`, vault }));
      bare.push(await measureBare(databases, `${TEMPLATE}_bare_${pair}`));
      world.say(`  pair ${pair + 1}: ${JSON.stringify(runs.at(-1))}, bare ${bare.at(-1)} ms`);
    }
    return {
      ratios: ratiosOf(runs.map((run, pair) => ({ of: bare[pair] ?? 0, to: run.settledMs }))),
      notes: [
        `preview: ${runs.map((run) => inSeconds(run.previewMs)).join(" ")}`,
        `cancelled and freed: ${runs.map((run) => inSeconds(run.settledMs)).join(" ")}`,
        `messages planned: ${runs.map((run) => inSeconds(run.toldMs)).join(" ")}`,
        `bare: ${bare.map(inSeconds).join(" ")}`,
      ],
    };
  },
};

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

async function measureRun(
  world: World,
  databases: Databases,
  { name, vault }: { readonly name: string; readonly vault: Vault },
): Promise<Run> {
  await databases.clone(name, TEMPLATE);
  const pool = createPool(databases.serviceUrl(name), {
    max: 4,
    role: "sportello_service",
    onError: console.error,
  });
  const deps: Deps = { db: createDatabase(pool), vault };
  try {
    const run = await cancelAll(deps, databases.tenantId, world);
    const admin = await databases.admin(name);
    const broken = await checkInvariants(admin);
    if (broken.length > 0) throw new Error(`Invariants are broken: ${JSON.stringify(broken)}`);
    await checkDone(admin, world.scale.bulk.appointments);
    return run;
  } finally {
    await deps.db.close();
  }
}

async function cancelAll(deps: Deps, tenantId: string, world: World): Promise<Run> {
  const tenant = await deps.db.inTenant(tenantId, async (trx) => {
    const row = await findTenantBySlug(trx, TENANT);
    if (!row) throw new Error("There is no tenant");
    return tenantOf(row);
  });
  const context: RequestContext = { tenant, actor: { kind: "system" }, requestId: "bench" };
  const today = localDateOf(Date.now(), "UTC");
  const startedMs = performance.now();
  const operation = await previewOperation(deps, context, {
    kind: "cancel",
    filter: {
      from: today,
      to: addDays(today, 300),
      from_time: "00:00",
      to_time: "24:00",
      site_ids: null,
      resource_ids: null,
      service_ids: null,
      support: null,
      channels: null,
      languages: null,
    },
    reason: "office_closed",
    isUrgent: false,
    moveRule: null,
    rebooking: null,
    texts: { it: "Ci scusiamo." },
  });
  const previewMs = performance.now() - startedMs;
  if (operation.items !== world.scale.bulk.appointments)
    throw new Error(`The preview holds ${operation.items} appointments`);
  await startOperation(deps, context, {
    id: operation.id,
    digest: operation.digest,
    count: operation.items,
    freedCapacity: "sale",
    waitlistMinutes: undefined,
  });
  const planning = {
    ...deps,
    available: { email: true, sms: true },
    onSealedFault: (_id: string, error: unknown) => {
      throw error;
    },
  };
  const runMs = performance.now();
  const wish = { tenantId, operationId: operation.id };
  await runOperation({ ...deps, planning }, wish, new AbortController().signal);
  const toldMs = performance.now() - runMs;
  const settledMs = await deps.db.inTenant(tenantId, (trx) => readSettledMs(trx, operation.id));
  return { previewMs, settledMs, toldMs };
}

async function checkDone(admin: pg.Client, count: number): Promise<void> {
  const { rows } = await admin.query<{ cancelled: number; told: number }>(
    `SELECT (SELECT count(*)::int FROM appointments WHERE status = 'cancelled') AS cancelled,
            (SELECT count(DISTINCT appointment_id)::int FROM (
               SELECT appointment_id FROM messages WHERE kind = 'cancellation'
               UNION ALL SELECT appointment_id FROM phone_tasks) m) AS told`,
  );
  if (rows[0]?.cancelled !== count || rows[0].told !== count)
    throw new Error(`Not everybody was cancelled and told: ${JSON.stringify(rows[0])}`);
}

async function measureBare(databases: Databases, name: string): Promise<number> {
  await databases.clone(name, TEMPLATE);
  const client = new pg.Client({
    connectionString: databases.serviceUrl(name),
    options: "-c role=sportello_service",
  });
  await client.connect();
  try {
    const startedMs = performance.now();
    await bareCancel(client, databases.tenantId);
    return performance.now() - startedMs;
  } finally {
    await client.end();
  }
}
