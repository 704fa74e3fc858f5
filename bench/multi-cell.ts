import type { Bench } from "./bench.ts";
import type { Task } from "./load/plan.ts";
import { chooseConnections, describe, interleave, measurePhase, rateOf } from "./pairs.ts";
import { ratiosOf } from "./statistics.ts";
import { bookingTask, type Town } from "./world.ts";

/** Half of the bookings take three cells for one person, half take three places of one cell for three people. */
function largeVisits({ roomy }: Town): Task {
  const long = bookingTask(roomy, 0).wishes;
  const parties = bookingTask(roomy, 1).wishes.map((wish) => ({ ...wish, partySize: 3 }));
  // The last starts of a day do not leave room for three cells.
  const fitting = (starts: readonly string[]): string[] =>
    starts.filter((start) => !/T15:(?:30|45)/.test(start));
  return {
    kind: "book",
    wishes: [...long.map((wish) => ({ ...wish, starts: fitting(wish.starts) })), ...parties],
  };
}

export const multiCell: Bench = {
  name: "multi-cell",
  question:
    "bookings of three cells, and of parties of three ÷ bookings of one cell for one person",
  target: 0.7,
  run: async (world) => {
    const stage = await world.stage();
    const task = largeVisits(stage.town);
    const plain = bookingTask(stage.town.plain);
    const connections = await chooseConnections(world, stage, task);
    const pairs = await interleave(
      world,
      () => measurePhase(world, stage, { task, connections }),
      () => measurePhase(world, stage, { task: plain, connections }),
    );
    return {
      ratios: ratiosOf(pairs.map((pair) => ({ of: rateOf(pair.first), to: rateOf(pair.second) }))),
      notes: [
        describe(
          "three cells, and parties of three",
          pairs.map((pair) => pair.first),
        ),
        describe(
          "one cell for one",
          pairs.map((pair) => pair.second),
        ),
        await stage.verify(),
      ],
    };
  },
};
