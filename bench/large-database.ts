import { lowest } from "./availability.ts";
import type { Bench, Outcome } from "./bench.ts";
import { fillArchive } from "./fill-archive.ts";
import { chooseConnections, describe, interleave, measurePhase, rateOf } from "./pairs.ts";
import { searchPaths } from "./search-paths.ts";
import { ratiosOf } from "./statistics.ts";
import type { Task } from "./load/plan.ts";
import { bookingTask, type Stage, type World } from "./world.ts";

const SEARCH_CONNECTIONS = 16;

export const largeDatabase: Bench = {
  name: "large-database",
  question:
    "bookings and searches with 10 million past appointments and 3 million slots ÷ the same on a small database (the lowest of three)",
  target: 0.9,
  run: async (world) => {
    const small = await world.stage();
    const made: string[] = [];
    const { tenantId } = await world.databases();
    const large = await world.addStage("bench_large", async (admin) => {
      made.push(await fillArchive(admin, { tenantId, ...world.scale.large, say: world.say }));
    });
    const paths = searchPaths(small.town.wide);
    const task = bookingTask(small.town.plain);
    const connections = await chooseConnections(world, small, task);
    const searches = { connections: SEARCH_CONNECTIONS };
    const parts: { name: string; outcome: Outcome }[] = [
      { name: "bookings", outcome: await compare(world, [large, small], { task, connections }) },
      {
        name: "month",
        outcome: await compare(world, [large, small], { task: get(paths.month), ...searches }),
      },
      {
        name: "next",
        outcome: await compare(world, [large, small], { task: get(paths.next), ...searches }),
      },
    ];
    return lowest(parts, [...made, await large.verify()]);
  },
};

function get(paths: readonly string[]): Task {
  return { kind: "get", paths };
}

async function compare(
  world: World,
  [large, small]: readonly [Stage, Stage],
  plan: { task: Task; connections: number },
): Promise<Outcome> {
  const warm = { ...plan, seconds: world.scale.warmUpSeconds };
  await measurePhase(world, large, warm);
  await measurePhase(world, small, warm);
  const pairs = await interleave(
    world,
    () => measurePhase(world, large, plan),
    () => measurePhase(world, small, plan),
  );
  return {
    ratios: ratiosOf(pairs.map((pair) => ({ of: rateOf(pair.first), to: rateOf(pair.second) }))),
    notes: [
      describe(
        "large",
        pairs.map((pair) => pair.first),
      ),
      describe(
        "small",
        pairs.map((pair) => pair.second),
      ),
    ],
  };
}
