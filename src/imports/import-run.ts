import { z } from "zod";
import type { PutOutcome } from "../catalog/put-outcome.ts";
import { type Fault, refusal } from "../catalog/errors.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { DomainError } from "../errors.ts";
import type { KnownCode } from "./queries.ts";

export type ImportOutcome = PutOutcome | "retired";

/** What an import did, or would do. */
export interface ImportReport {
  readonly is_dry_run: boolean;
  /** Whether it was written: never in a dry run, and never when there are problems. */
  readonly is_applied: boolean;
  readonly counts: Readonly<Record<ImportOutcome, number>>;
  /** Everything that is not as it was, by its place in the document. */
  readonly changes: readonly {
    readonly path: string;
    readonly name: string;
    readonly outcome: ImportOutcome;
  }[];
  /** What cannot be imported, by its place in the document; with any of these nothing is written. */
  readonly problems: readonly Fault[];
}

/** An import under way, in one transaction. */
export interface ImportRun {
  readonly trx: Trx;
  readonly context: RequestContext & Pick<Deps, "vault">;
  readonly ids: Map<string, string>;
  readonly counts: Record<ImportOutcome, number>;
  readonly changes: { path: string; name: string; outcome: ImportOutcome }[];
  readonly problems: Fault[];
}

/** Starts an import with the codes that are there already. */
export function startRun(
  trx: Trx,
  context: ImportRun["context"],
  known: readonly KnownCode[],
): ImportRun {
  return {
    trx,
    context,
    ids: new Map(known.map(({ list, code, id }) => [`${list}/${code}`, id])),
    counts: { created: 0, changed: 0, unchanged: 0, retired: 0 },
    changes: [],
    problems: [],
  };
}

/** Notes what became of one thing. */
export function noteOutcome(
  run: ImportRun,
  place: { readonly path: string; readonly name: string },
  outcome: ImportOutcome,
): void {
  run.counts[outcome] += 1;
  if (outcome !== "unchanged") run.changes.push({ ...place, outcome });
}

/** The id behind a code. Throws `invalid-request` with the path to the code, when nothing has it. */
export function idOf(
  run: ImportRun,
  list: KnownCode["list"],
  { code, path }: { readonly code: string; readonly path: string },
): string {
  const id = run.ids.get(`${list}/${code}`);
  if (id === undefined) {
    const message = `There is no ${code} among the ${list.replace("_", " ")}.`;
    throw refusal([{ path, message }]);
  }
  return id;
}

const faultList = z.array(z.looseObject({ path: z.string(), message: z.string() }));

/**
 * Does something for one place of the document. A refusal becomes a problem of that place and the import goes on, so
 * that one run names all of them; the transaction is rolled back at its end. Everything else is thrown on.
 */
export async function collectProblems(
  run: ImportRun,
  path: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // A refusal with a cause came from PostgreSQL, after which the transaction cannot go on.
    if (!(error instanceof DomainError) || error.cause !== undefined) throw error;
    const faults = faultList.safeParse(error.facts["errors"]);
    if (!faults.success) run.problems.push({ path, message: error.message });
    for (const fault of faults.data ?? []) {
      run.problems.push({ path: joinPath(path, fault.path), message: fault.message });
    }
  }
}

/** The document names things by code where verbs take ids: `service_ids.0` is `services.0` there. */
function joinPath(path: string, inner: string): string {
  const named = inner.replace(/_ids\b/, "s").replace(/_id\b/, "");
  return named === "" ? path : `${path}.${named}`;
}
