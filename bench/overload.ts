import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "./bench.ts";
import type { LoadReport } from "./load/plan.ts";
import { chooseConnections, measurePhase, rateOf } from "./pairs.ts";
import { percentile, perSecond } from "./statistics.ts";
import { bookingTask, type Stage } from "./world.ts";

const TIMES = 10;
const CONNECTIONS = 2_000;
const ACCEPTED_MS_MAX = 2_000;
const REFUSED_MS_MAX = 200;
const GROWTH_MB_MAX = 150;
const RECOVERY_MS_MAX = 5_000;
const PROBE_MS = 100;
/** Asked for once a booking alone takes no longer than this, it is as if nothing had been. */
const CALM_MS = 100;

export const overload: Bench = {
  name: "overload",
  question: "bookings per second when ten times as many are asked for ÷ when as many as it can do",
  target: 0.5,
  run: async (world) => {
    const stage = await world.stage();
    const task = bookingTask(stage.town.plain);
    const connections = await chooseConnections(world, stage, task);
    const capacity = rateOf(await measurePhase(world, stage, { task, connections }));
    const before = stage.service.memoryMb() ?? 0;
    const perSecondWanted = Math.ceil(capacity * TIMES);
    const watch = watchLife(stage);
    const report = await stage.load({
      task,
      connections: CONNECTIONS,
      perSecond: perSecondWanted,
      seconds: world.scale.overloadSeconds,
    });
    const livezMs = await watch.stop();
    const growth = (stage.service.memoryMb() ?? 0) - before;
    const recoveryMs = await timeToCalm(stage);
    await stage.settle();
    return {
      ratios: [rateOf(report) / capacity],
      notes: [
        `${perSecond(capacity)} at its best; ${perSecond(asked(report) / report.seconds)} asked for during ${report.seconds.toFixed(0)} s: ${perSecond(rateOf(report))} granted, statuses ${JSON.stringify(report.statuses)}`,
        limit("granted, p99", report.p99Ms, [ACCEPTED_MS_MAX, "ms"]),
        limit("refused, p99", report.refusedP99Ms, [REFUSED_MS_MAX, "ms"]),
        `from when they were sent, without the wait for one of ${CONNECTIONS} connections: granted ${Math.round(report.sentP99Ms)} ms, refused ${Math.round(report.refusedSentP99Ms)} ms (p99)`,
        limit("/livez, p99", percentile(livezMs, 0.99), [REFUSED_MS_MAX, "ms"]),
        limit("growth of memory (RSS)", growth, [GROWTH_MB_MAX, "MB"]),
        limit("until a booking alone is quick again", recoveryMs, [RECOVERY_MS_MAX, "ms"]),
        await stage.verify(),
      ],
    };
  },
};

function asked({ statuses }: LoadReport): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0);
}

function limit(name: string, value: number, [max, unit]: readonly [number, string]): string {
  return `${name}: ${Math.round(value)} ${unit}, ${value <= max ? "within" : "MORE THAN"} ${max}`;
}

/** Asks whether the service lives, again and again, until stopped; gives the times it took (ms). */
function watchLife({ service }: Stage): { readonly stop: () => Promise<number[]> } {
  const life = { isOver: false };
  const times: number[] = [];
  const watching = (async () => {
    while (!life.isOver) {
      const startedMs = performance.now();
      await fetch(`http://127.0.0.1:${service.port}/livez`).then((answer) => answer.text());
      times.push(performance.now() - startedMs);
      await sleep(PROBE_MS);
    }
  })();
  return {
    stop: async () => {
      life.isOver = true;
      await watching;
      return times;
    },
  };
}

/** How long (ms) after the load's end a booking that comes alone is answered as quickly as in quiet times. */
async function timeToCalm(stage: Stage): Promise<number> {
  const startedMs = performance.now();
  const task = bookingTask(stage.town.plain);
  for (;;) {
    const { p99Ms, granted } = await stage.load({ task, connections: 1, count: 1 });
    const sinceMs = performance.now() - startedMs;
    if (granted === 1 && p99Ms <= CALM_MS) return sinceMs;
    if (sinceMs > 10 * RECOVERY_MS_MAX) return sinceMs;
  }
}
