import type { Outcome } from "./bench.ts";
import { createBaseline } from "./direct/baseline.ts";
import { countRows } from "./direct/compare-rows.ts";
import { readWriteSet } from "./direct/write-set.ts";
import { chooseConnections, describe, interleave, measurePhase, rateOf } from "./pairs.ts";
import { perSecond, ratiosOf } from "./statistics.ts";
import type { BuiltDistrict } from "./town.ts";
import { bookingTask, type World } from "./world.ts";

/**
 * Bookings over HTTP ÷ the same rows written one booking at a time straight into the same schema, of a district with
 * one site. The baseline writes to a database of the same server where nothing else runs, reads nothing, seals nothing
 * and sends nothing; each pair takes the best of its fastest ways.
 */
export async function measureBookingRatio(world: World, district: BuiltDistrict): Promise<Outcome> {
  const stage = await world.stage();
  const task = bookingTask(district);
  const before = await countRows(stage.admin);
  const connections = await chooseConnections(world, stage, task);
  const writes = await readWriteSet(stage.admin);
  const baseline = await createBaseline(world, { writes, slotIds: district.slotIds });
  const pairs = await interleave(
    world,
    () => measurePhase(world, stage, { task, connections }),
    () => baseline.measure(world.scale.phaseSeconds),
  );
  const after = await countRows(stage.admin, before);
  const bookings = after.get("appointments")?.rows ?? 0;
  const direct = pairs.map((pair) => `${perSecond(pair.second.rate)} (${pair.second.way})`);
  return {
    ratios: ratiosOf(pairs.map((pair) => ({ of: rateOf(pair.first), to: pair.second.rate }))),
    notes: [
      describe(
        `HTTP, ${connections} connections`,
        pairs.map((pair) => pair.first),
      ),
      `directly: ${direct.join(" ")}`,
      `ways tried: ${baseline.trials.join("; ")}`,
      await baseline.compare(after, bookings),
      await stage.verify(),
    ],
  };
}
