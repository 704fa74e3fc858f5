/** `npm run bench`: asks every question, prints and writes the answers. See docs/benchmarks.md. */
import { parseArgs } from "node:util";
import { availability } from "./availability.ts";
import type { Bench, Result } from "./bench.ts";
import { bookings } from "./bookings.ts";
import { bulkCancel } from "./bulk-cancel.ts";
import { holds } from "./holds.ts";
import { jobs } from "./jobs.ts";
import { largeDatabase } from "./large-database.ts";
import { messages } from "./messages.ts";
import { messagesBacklog } from "./messages-backlog.ts";
import { month } from "./month.ts";
import { multiCell } from "./multi-cell.ts";
import { oneSlot } from "./one-slot.ts";
import { overload } from "./overload.ts";
import { describeMachine, resultRow, textRow, writeTable } from "./report.ts";
import { fullScale, quickScale } from "./scale.ts";
import { slotGeneration } from "./slot-generation.ts";
import { spread } from "./statistics.ts";
import { createWorld, type World } from "./world.ts";

const benches: readonly Bench[] = [
  bookings,
  oneSlot,
  holds,
  multiCell,
  availability,
  largeDatabase,
  month,
  overload,
  slotGeneration,
  bulkCancel,
];
/** Only when named: they ask something else than how fast citizens are served. */
const others: readonly Bench[] = [jobs, messages, messagesBacklog];

const usage = `npm run bench [-- options]
  --only NAME   one of ${[...benches, ...others].map((bench) => bench.name).join(", ")}; may be repeated
  --quick       small and short, less than a minute in all
  --json        one JSON array instead of text
  --write       put the figures into docs/benchmarks.md
`;

/** Progress goes beside the answer, so that --json stays one document. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function chosen(names: readonly string[] | undefined): readonly Bench[] {
  if (names === undefined) return benches;
  return names.map((name) => {
    const bench = [...benches, ...others].find((one) => one.name === name);
    if (!bench) throw new Error(`There is no bench named ${name}.\n${usage}`);
    return bench;
  });
}

async function runBench(
  bench: Bench,
  world: World,
): Promise<Result & { notes: readonly string[] }> {
  say(`\n${bench.name}: ${bench.question}`);
  const startedMs = performance.now();
  const { ratios, notes } = await bench.run(world);
  for (const note of notes) say(`  ${note}`);
  const figures = spread(ratios);
  const result = { name: bench.name, ratio: figures.median, ...figures, target: bench.target };
  say(`  ${textRow(result)}   (${Math.round((performance.now() - startedMs) / 1_000)} s)`);
  return { ...result, notes };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const wanted = chosen(values.only);
  const scale = values.quick ? quickScale : fullScale;
  const world = createWorld(scale, say);
  // Ctrl-C must not leave a database server and its folder behind.
  process.once("SIGINT", () => void world.stop().finally(() => process.exit(130)));
  const machine = describeMachine();
  say(machine);
  const results: (Result & { notes: readonly string[] })[] = [];
  try {
    for (const bench of wanted) results.push(await runBench(bench, world));
  } finally {
    await world.stop();
  }
  if (values.json) process.stdout.write(`${JSON.stringify(results.map(resultRow), null, 2)}\n`);
  else process.stdout.write(`\n${results.map(textRow).join("\n")}\n`);
  if (values.write) writeTable({ results, machine, isQuick: scale.isQuick, benches: wanted });
}

await main();
