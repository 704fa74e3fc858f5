import type { Bench } from "./bench.ts";
import { chooseConnections } from "./pairs.ts";
import { bookingTask, monthCapacity } from "./world.ts";

/** 300,000 bookings in this time are a ratio of 1. */
const BOOKINGS_A_SECOND = 300_000 / 45;
const MEMORY_MB_MAX = 300;
const SAMPLE_MS = 250;

export const month: Bench = {
  name: "month",
  question:
    "300,000 bookings as one stream, taking every place there is: 45 s ÷ the time they take",
  target: 1,
  run: async (world) => {
    const stage = await world.stage();
    const connections = await chooseConnections(world, stage, bookingTask(stage.town.plain));
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(stage.service.memoryMb() ?? 0), SAMPLE_MS);
    const count = world.scale.monthBookings;
    const task = { ...bookingTask(stage.town.month), places: monthCapacity };
    const report = await stage.load({ connections, count, task });
    clearInterval(sampling);
    if (report.granted !== count)
      throw new Error(`${count} places were asked for once, ${report.granted} granted`);
    const peak = Math.max(...memory);
    return {
      ratios: [count / report.seconds / BOOKINGS_A_SECOND],
      notes: [
        `${count} bookings in ${report.seconds.toFixed(1)} s with ${connections} connections; p50 ${report.p50Ms.toFixed(1)} ms, p99 ${report.p99Ms.toFixed(1)} ms`,
        `memory of the service (RSS) up to ${Math.round(peak)} MB; ${peak <= MEMORY_MB_MAX ? "within" : "MORE THAN"} ${MEMORY_MB_MAX} MB`,
        `background work had caught up ${(await stage.settle()).toFixed(1)} s later`,
        await stage.verify(),
      ],
    };
  },
};
