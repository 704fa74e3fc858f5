import type { Fault } from "../catalog/errors.ts";
import type { Deps, RequestContext } from "../context.ts";
import { type ImportReport, type ImportRun, startRun } from "./import-run.ts";
import { putCatalogue } from "./put-catalogue.ts";
import { putSchedule } from "./put-schedule.ts";
import { listKnownCodes } from "./queries.ts";
import { retireCatalogue, retireSchedule } from "./retire-listed.ts";
import { type Municipality, municipalitySchema } from "./schema.ts";

/** Problems that a report names at most. */
const PROBLEMS_MAX = 200;

/**
 * Makes an administration be as a document states: creates and changes what differs, retires what it lists as retired
 * and leaves the rest. All or nothing, in one transaction; the slots follow by jobs. A dry run does the same and rolls
 * back. What does not fit is in the report's problems, never thrown. Importing again changes nothing and writes nothing.
 */
export async function importMunicipality(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { document, isDryRun }: { readonly document: unknown; readonly isDryRun: boolean },
): Promise<ImportReport> {
  const parsed = parseMunicipality(document);
  const problems = parsed.problems ?? faultsOf(parsed.document, context);
  if (problems.length > 0) return refused(problems, isDryRun);
  const { document: stated } = parsed;
  if (!stated) throw new Error("A document without problems is missing");
  try {
    return await deps.db.inTenant(
      context.tenant.id,
      async (trx) => {
        const known = await listKnownCodes(trx, context.tenant.id);
        const run = startRun(trx, { ...context, vault: deps.vault }, known);
        await putAll(run, stated);
        if (isDryRun || run.problems.length > 0)
          throw new RolledBackImport(reportOf(run, isDryRun));
        return reportOf(run, isDryRun);
      },
      { signal: context.signal },
    );
  } catch (error) {
    if (error instanceof RolledBackImport) return error.report;
    throw error;
  }
}

/** Reads a document; what is wrong with it is named by its path. */
export function parseMunicipality(
  document: unknown,
):
  | { readonly document: Municipality; readonly problems?: undefined }
  | { readonly document?: undefined; readonly problems: readonly Fault[] } {
  const parsed = municipalitySchema.safeParse(document);
  if (parsed.success) return { document: parsed.data };
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: path.map(String).join("."),
    message,
  }));
  return { problems };
}

/** Carries the report out of a transaction that must leave nothing behind. */
class RolledBackImport extends Error {
  readonly report: ImportReport;

  constructor(report: ImportReport) {
    super("The import is rolled back");
    this.report = report;
  }
}

async function putAll(run: ImportRun, document: Municipality): Promise<void> {
  await retireSchedule(run, document.retired);
  await putCatalogue(run, document);
  await putSchedule(run, document);
  await retireCatalogue(run, document.retired);
}

function faultsOf(document: Municipality, { tenant }: RequestContext): Fault[] {
  const faults = repeatedNames(document);
  if (document.tenant.slug !== tenant.slug) {
    faults.push({
      path: "tenant.slug",
      message: `The document is of another administration than ${tenant.slug}.`,
    });
  }
  return faults;
}

/** A code that is stated twice, or stated and retired, would make the outcome depend on the order. */
function repeatedNames({ retired, ...document }: Municipality): Fault[] {
  const seen = new Set<string>([
    ...retired.openings.map(({ resource, code }) => `openings/${resource}/${code}`),
    ...(["closures", "day_marks", "resources", "services", "sites"] as const).flatMap((list) =>
      retired[list].map((code) => `${list}/${code}`),
    ),
  ]);
  const names = [
    ...(
      ["eligibility_lists", "sites", "services", "resources", "closures", "day_marks"] as const
    ).flatMap((list) =>
      document[list].map(({ code }, at) => ({
        path: `${list}.${at}.code`,
        name: `${list}/${code}`,
      })),
    ),
    ...(["openings", "extra_openings"] as const).flatMap((list) =>
      document[list].map(({ resource, code }, at) => ({
        path: `${list}.${at}.code`,
        name: `openings/${resource}/${code}`,
      })),
    ),
  ];
  return names.flatMap(({ path, name }) => {
    if (seen.has(name))
      return [{ path, message: "This code is stated twice, or stated and retired." }];
    seen.add(name);
    return [];
  });
}

function reportOf(run: ImportRun, isDryRun: boolean): ImportReport {
  const { counts, changes, problems } = run;
  return {
    is_dry_run: isDryRun,
    is_applied: !isDryRun && problems.length === 0,
    counts,
    changes,
    problems: problems.slice(0, PROBLEMS_MAX),
  };
}

function refused(problems: readonly Fault[], isDryRun: boolean): ImportReport {
  return {
    is_dry_run: isDryRun,
    is_applied: false,
    counts: { created: 0, changed: 0, unchanged: 0, retired: 0 },
    changes: [],
    problems: problems.slice(0, PROBLEMS_MAX),
  };
}
