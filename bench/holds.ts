import type { Bench } from "./bench.ts";
import { chooseConnections, describe, interleave, measurePhase, rateOf } from "./pairs.ts";
import { ratiosOf } from "./statistics.ts";
import { bookingTask } from "./world.ts";

export const holds: Bench = {
  name: "holds",
  question: "bookings by hold and confirmation (two requests) ÷ bookings in one request",
  target: 0.6,
  run: async (world) => {
    const stage = await world.stage();
    const plain = bookingTask(stage.town.plain);
    const task = { ...plain, isHeldFirst: true };
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
          "hold and confirm",
          pairs.map((pair) => pair.first),
        ),
        describe(
          "in one request",
          pairs.map((pair) => pair.second),
        ),
        await stage.verify(),
      ],
    };
  },
};
