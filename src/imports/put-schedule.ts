import { putClosureIn } from "../scheduling/closures/put-closure.ts";
import { putDayMarkIn } from "../scheduling/day-marks/put-day-mark.ts";
import type { CeilingFacts } from "../scheduling/openings/opening.ts";
import { putOpeningIn } from "../scheduling/openings/put-opening.ts";
import { idOf, type ImportRun } from "./import-run.ts";
import { putEach } from "./put-each.ts";
import { withoutNote } from "./put-catalogue.ts";
import type { Municipality } from "./schema.ts";

type ExtraOpening = Municipality["extra_openings"][number];
type AnyOpening = Municipality["openings"][number] | ExtraOpening;

/**
 * Makes closures, marks and openings be as the document states. Closures come first, so that an extra opening that one
 * of them would silently remove is refused.
 */
export async function putSchedule(run: ImportRun, document: Municipality): Promise<void> {
  await putEach(
    run,
    { list: "closures", items: document.closures },
    ({ site, resource, ...closure }) =>
      putClosureIn(run.trx, run.context, {
        ...withoutNote(closure),
        ...scopeOf(run, { site, resource }),
      }),
  );
  await putEach(
    run,
    { list: "day_marks", items: document.day_marks },
    ({ site, resource, ...mark }) =>
      putDayMarkIn(run.trx, run.context, {
        ...withoutNote(mark),
        ...scopeOf(run, { site, resource }),
      }),
  );
  await putEach(run, { list: "openings", items: document.openings }, (opening) =>
    putOpeningIn(run.trx, run.context, {
      ...openingFacts(run, opening),
      kind: "recurring",
      overrides_closures: false,
    }),
  );
  await putEach(run, { list: "extra_openings", items: document.extra_openings }, (opening) =>
    putOpeningIn(run.trx, run.context, {
      ...openingFacts(run, opening),
      kind: "extra",
      rrule: null,
    }),
  );
}

function scopeOf(
  run: ImportRun,
  { site, resource }: { readonly site: string | null; readonly resource: string | null },
) {
  return {
    site_id: site === null ? null : idOf(run, "sites", { code: site, path: "site" }),
    resource_id:
      resource === null ? null : idOf(run, "resources", { code: resource, path: "resource" }),
  };
}

function openingFacts<Opening extends AnyOpening>(run: ImportRun, opening: Opening) {
  const { resource, services, ceilings, note: _note, ...facts } = opening;
  return {
    ...facts,
    resource_id: idOf(run, "resources", { code: resource, path: "resource" }),
    service_ids: services.map((code, at) =>
      idOf(run, "services", { code, path: `services.${at}` }),
    ),
    ceilings: ceilings.map((ceiling, at) => ceilingFacts(run, ceiling, at)),
  };
}

function ceilingFacts(
  run: ImportRun,
  { service, ...ceiling }: AnyOpening["ceilings"][number],
  at: number,
): CeilingFacts {
  const path = `ceilings.${at}.service`;
  const service_id = service === null ? null : idOf(run, "services", { code: service, path });
  return { ...ceiling, service_id };
}
