import { retireResourceIn } from "../catalog/resources/retire-resource.ts";
import { retireServiceIn } from "../catalog/services/retire-service.ts";
import { retireSiteIn } from "../catalog/sites/retire-site.ts";
import { retireClosureIn } from "../scheduling/closures/retire-closure.ts";
import { retireDayMarkIn } from "../scheduling/day-marks/retire-day-mark.ts";
import { retireOpeningIn } from "../scheduling/openings/retire-opening.ts";
import { collectProblems, type ImportRun, noteOutcome } from "./import-run.ts";
import { findLiveOpening, type KnownCode } from "./queries.ts";
import type { Municipality } from "./schema.ts";

type Retired = Municipality["retired"];

/** Retires what may stand in the way of what the document states: openings, closures and marks. */
export async function retireSchedule(run: ImportRun, retired: Retired): Promise<void> {
  for (const [index, name] of retired.openings.entries()) {
    const path = `retired.openings.${index}`;
    await collectProblems(run, path, async () => {
      const id = await findLiveOpening(run.trx, run.context.tenant.id, name);
      if (id !== undefined) await retireOpeningIn(run.trx, run.context, id);
      const outcome = id === undefined ? "unchanged" : "retired";
      noteOutcome(run, { path, name: `${name.resource}/${name.code}` }, outcome);
    });
  }
  await retireEach(run, { list: "closures", codes: retired.closures }, async (id) => {
    await retireClosureIn(run.trx, run.context, id);
  });
  await retireEach(run, { list: "day_marks", codes: retired.day_marks }, async (id) => {
    await retireDayMarkIn(run.trx, run.context, id);
  });
}

/** Retires what others refer to, from the inside out. */
export async function retireCatalogue(run: ImportRun, retired: Retired): Promise<void> {
  const { trx, context } = run;
  await retireEach(run, { list: "resources", codes: retired.resources }, (id) =>
    retireResourceIn(trx, context, id),
  );
  await retireEach(run, { list: "services", codes: retired.services }, (id) =>
    retireServiceIn(trx, context, id),
  );
  await retireEach(run, { list: "sites", codes: retired.sites }, (id) =>
    retireSiteIn(trx, context, id),
  );
}

/** What is not there, or retired already, is as the document wants it. */
async function retireEach(
  run: ImportRun,
  { list, codes }: { readonly list: KnownCode["list"]; readonly codes: readonly string[] },
  retire: (id: string) => Promise<void>,
): Promise<void> {
  for (const [index, code] of codes.entries()) {
    const path = `retired.${list}.${index}`;
    await collectProblems(run, path, async () => {
      const id = run.ids.get(`${list}/${code}`);
      if (id !== undefined) await retire(id);
      run.ids.delete(`${list}/${code}`);
      noteOutcome(run, { path, name: code }, id === undefined ? "unchanged" : "retired");
    });
  }
}
