import type { Bench, Outcome } from "./bench.ts";
import { searchPaths } from "./search-paths.ts";
import { startEmptyHandler } from "./load/start-empty-handler.ts";
import { describe, interleave, rateOf } from "./pairs.ts";
import { measureStaleness } from "./staleness.ts";
import { perSecond, ratiosOf, spread } from "./statistics.ts";
import { bookingTask, type Stage, type World } from "./world.ts";
import type { LoadProcess } from "./load/load-process.ts";
import type { LoadReport } from "./load/plan.ts";
import { TENANT } from "./databases.ts";

const BOOKINGS_PER_SECOND_MIN = 500;
const BOOKING_CONNECTIONS = 64;
const SEARCH_CONNECTIONS = 16;
/** Bookings go on a little longer than what they are beside. */
const MARGIN_SECONDS = 0.5;

type Part = { readonly name: string; readonly outcome: Outcome };

export const availability: Bench = {
  name: "availability",
  question:
    "searches answered (a month of a service on a site; the next free times on 50 sites; the slower of both) ÷ answers of an empty Hono handler of the same size, both beside 550 bookings/s",
  target: 0.5,
  run: async (world) => {
    const stage = await world.stage();
    const bookings = world.startGenerator();
    const paths = searchPaths(stage.town.wide);
    const parts = [
      {
        name: "month",
        outcome: await measureSearch(world, stage, { bookings, paths: paths.month }),
      },
      { name: "next", outcome: await measureSearch(world, stage, { bookings, paths: paths.next }) },
    ];
    const pace = paceOf(world);
    const stale = await withBookings({ stage, generator: bookings, ...pace }, () =>
      measureStaleness(stage, world.scale.isQuick ? 1 : 20),
    );
    await stage.settle();
    const seen = `a taken start was shown for ${Math.round(stale.measured)} ms at most; granted and refused exactly`;
    return lowest(parts, [seen, await stage.verify()]);
  },
};

/** The part with the lowest median speaks for all. */
export function lowest(parts: readonly Part[], notes: readonly string[]): Outcome {
  const sorted = parts.toSorted(
    (a, b) => spread(a.outcome.ratios).median - spread(b.outcome.ratios).median,
  );
  const named = parts.flatMap(({ name, outcome }) => [
    `${name}: ratio ${spread(outcome.ratios).median.toFixed(2)}`,
    ...outcome.notes.map((note) => `${name}: ${note}`),
  ]);
  return { ratios: sorted[0]?.outcome.ratios ?? [], notes: [...named, ...notes] };
}

interface Search {
  readonly bookings: LoadProcess;
  readonly paths: readonly string[];
}

async function measureSearch(
  world: World,
  stage: Stage,
  { bookings, paths }: Search,
): Promise<Outcome> {
  const { scale } = world;
  const empty = await startEmptyHandler();
  const task = { kind: "get", paths } as const;
  const plan = { task, connections: SEARCH_CONNECTIONS };
  const warm = await stage.load({ ...plan, seconds: scale.warmUpSeconds });
  const bytes = Math.round(warm.bytes / warm.granted);
  await empty.answerWith(bytes);
  const ask = async (port: number, seconds: number): Promise<LoadReport> =>
    world.generator().run({ ...plan, port, seconds, tenant: TENANT });
  await ask(empty.port, scale.warmUpSeconds);
  const pace = paceOf(world);
  const beside = (port: number) =>
    withBookings({ stage, generator: bookings, ...pace }, () => ask(port, scale.phaseSeconds));
  const pairs = await interleave(
    world,
    () => beside(stage.service.port),
    () => beside(empty.port),
  );
  const alone = await ask(empty.port, scale.phaseSeconds);
  empty.stop();
  const searches = pairs.map((pair) => pair.first.measured);
  const ratios = pairs.map(({ first, second }) => ({
    of: rateOf(first.measured),
    to: rateOf(second.measured),
  }));
  return {
    ratios: ratiosOf(ratios),
    notes: [
      `${paths.length} distinct searches, ${bytes} bytes on average`,
      describe("searches", searches),
      describe(
        "empty handler",
        pairs.map((pair) => pair.second.measured),
      ),
      `empty handler with nothing beside it: ${perSecond(rateOf(alone))}`,
      besideThem(pairs.map((pair) => pair.first.booked)),
    ],
  };
}

function besideThem(booked: readonly LoadReport[]): string {
  const rates = booked.map(rateOf);
  const isEnough = Math.min(...rates) >= BOOKINGS_PER_SECOND_MIN;
  const verdict = isEnough ? "" : `: FEWER THAN ${BOOKINGS_PER_SECOND_MIN}/s`;
  const p99 = Math.max(...booked.map((report) => report.p99Ms));
  return `bookings meanwhile: ${rates.map(perSecond).join(" ")}, p99 up to ${Math.round(p99)} ms${verdict}`;
}

function paceOf({ scale }: World): { perSecond: number; seconds: number } {
  return { perSecond: scale.bookingsBeside, seconds: scale.phaseSeconds + MARGIN_SECONDS };
}

/** Does something while bookings go on, begun before and ended after it. */
async function withBookings<T>(
  given: { stage: Stage; generator: LoadProcess; seconds: number; perSecond: number },
  measure: () => Promise<T>,
): Promise<{ measured: T; booked: LoadReport }> {
  const { stage, generator, ...pace } = given;
  const task = bookingTask(stage.town.plain);
  const booking = stage.load({ task, connections: BOOKING_CONNECTIONS, ...pace }, generator);
  const measured = await measure();
  return { measured, booked: await booking };
}
