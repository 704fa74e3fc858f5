import type { LoadPlan, LoadReport, Task } from "./load/plan.ts";
import { perSecond } from "./statistics.ts";
import type { Stage, World } from "./world.ts";

/** Granted tasks per second. */
export function rateOf(report: LoadReport): number {
  return report.granted / report.seconds;
}

/**
 * Measures two things by turns, `scale.pairs` times, and which is first by turns too: what the machine does meanwhile
 * hits both.
 */
export async function interleave<A, B>(
  { scale }: Pick<World, "scale">,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<{ first: A; second: B }[]> {
  const pairs: { first: A; second: B }[] = [];
  for (let n = 0; n < scale.pairs; n += 1) {
    if (n % 2 === 0) pairs.push({ first: await first(), second: await second() });
    else {
      const measured = await second();
      pairs.push({ first: await first(), second: measured });
    }
  }
  return pairs;
}

/** Runs one measured phase of closed-loop load and (in full) lets the background work end before the next. */
export async function measurePhase(
  { scale }: Pick<World, "scale">,
  stage: Stage,
  plan: Pick<LoadPlan, "task" | "connections"> & { seconds?: number },
): Promise<LoadReport> {
  const report = await stage.load({ seconds: scale.phaseSeconds, ...plan });
  if (!scale.isQuick) await stage.settle();
  return report;
}

/** Warms the service up with a task and finds the number of connections at which it does most of it. */
export async function chooseConnections(
  world: Pick<World, "scale" | "say">,
  stage: Stage,
  task: Task,
): Promise<number> {
  const { scale } = world;
  const [only, ...others] = scale.connections;
  if (only === undefined) throw new Error("A scale names at least one number of connections");
  await measurePhase(world, stage, { task, connections: only, seconds: scale.warmUpSeconds });
  if (others.length === 0) return only;
  let best = { connections: only, rate: 0 };
  for (const connections of scale.connections) {
    const rate = rateOf(
      await measurePhase(world, stage, { task, connections, seconds: scale.trialSeconds }),
    );
    world.say(`  ${connections} connections: ${perSecond(rate)}`);
    if (rate > best.rate) best = { connections, rate };
  }
  return best.connections;
}

/** How a phase went, for people. */
export function describe(name: string, reports: readonly LoadReport[]): string {
  const rates = reports.map((report) => perSecond(rateOf(report)));
  const worst = Math.max(...reports.map((report) => report.p99Ms));
  const cpu = Math.max(...reports.map((report) => report.cpuShare));
  const refused = reports.reduce((sum, report) => sum + refusedIn(report), 0);
  return `${name}: ${rates.join(" ")}; p99 up to ${Math.round(worst)} ms; ${refused} refused; generator up to ${Math.round(cpu * 100)} % of a core`;
}

function refusedIn({ statuses, granted }: LoadReport): number {
  return Object.values(statuses).reduce((sum, count) => sum + count, 0) - granted;
}
