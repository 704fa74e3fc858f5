import type { World } from "../world.ts";
import { DIRECT } from "../world.ts";
import { compareRows, countRows, type RowCounts } from "./compare-rows.ts";
import type { DirectPlan } from "./plan.ts";
import { hasPgbench, runDirect } from "./run-direct.ts";
import { perSecond } from "../statistics.ts";
import type { WriteSet } from "./write-set.ts";

type Way = Pick<DirectPlan, "client" | "form" | "clients">;

/** The best that writing the same rows one booking at a time reaches. */
export interface Baseline {
  /** Runs the finalists for `seconds` each and returns the best rate, bookings per second. */
  readonly measure: (seconds: number) => Promise<{ rate: number; way: string }>;
  /** Throws unless a booking written directly is the same rows as one of the service, in number and size. */
  readonly compare: (service: RowCounts, bookings: number) => Promise<string>;
  readonly trials: readonly string[];
}

/** Tries every client, form and number of connections, and keeps the best ones. */
export async function createBaseline(
  world: World,
  { writes, slotIds }: { writes: WriteSet; slotIds: readonly number[] },
): Promise<Baseline> {
  const { folder, tenantId, serviceUrl, admin } = await world.databases();
  const { scale } = world;
  const before = await countRows(await admin(DIRECT));
  let written = 0;
  const run = async (way: Way, seconds: number): Promise<number> => {
    const plan = { ...way, seconds, url: serviceUrl(DIRECT), tenantId, slotIds, writes };
    const report = await runDirect(plan, folder);
    written += report.written;
    return report.written / report.seconds;
  };
  const tried: { way: Way; rate: number }[] = [];
  for (const way of waysToTry(scale.directClients))
    tried.push({ way, rate: await run(way, scale.trialSeconds) });
  tried.sort((a, b) => b.rate - a.rate);
  const finalists = tried.slice(0, scale.directFinalists);
  return {
    trials: tried.map(({ way, rate }) => `${nameOf(way)} ${perSecond(rate)}`),
    measure: async (seconds) => {
      let best = { rate: 0, way: "" };
      for (const { way } of finalists) {
        const rate = await run(way, seconds);
        await (await admin(DIRECT)).query("CHECKPOINT");
        if (rate > best.rate) best = { rate, way: nameOf(way) };
      }
      return best;
    },
    compare: async (service, bookings) =>
      compareRows(
        { rows: service, bookings },
        { rows: await countRows(await admin(DIRECT), before), bookings: written },
      ),
  };
}

function waysToTry(clients: readonly number[]): Way[] {
  const programs = hasPgbench() ? (["pgbench", "node"] as const) : (["node"] as const);
  const forms = ["transaction", "statement"] as const;
  return programs.flatMap((client) =>
    forms.flatMap((form) => clients.map((count) => ({ client, form, clients: count }))),
  );
}

function nameOf({ client, form, clients }: Way): string {
  return `${client}, ${form}, ${clients} clients`;
}
