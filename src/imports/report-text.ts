import type { ImportReport } from "./import-run.ts";

/** Lines of changes that are shown at most; the counts tell of the rest. */
const CHANGES_SHOWN_MAX = 50;

/** The report of an import for people at a terminal. */
export function reportText(report: ImportReport): string {
  const { counts, changes, problems } = report;
  const lines = [
    ...changes
      .slice(0, CHANGES_SHOWN_MAX)
      .map((one) => `  ${one.outcome.padEnd(9)} ${one.path}  ${one.name}`),
    ...(changes.length > CHANGES_SHOWN_MAX
      ? [`  … and ${changes.length - CHANGES_SHOWN_MAX} more`]
      : []),
    `${counts.created} created, ${counts.changed} changed, ${counts.retired} retired, ${counts.unchanged} unchanged`,
    ...problems.map(({ path, message }) => `  problem   ${path || "document"}: ${message}`),
  ];
  return [...lines, conclusion(report)].join("\n");
}

function conclusion({ problems, is_dry_run: isDryRun, changes }: ImportReport): string {
  if (problems.length > 0) return `Nothing was written: ${problems.length} problems.`;
  if (changes.length === 0) return "Everything is as the document states.";
  return isDryRun ? "Dry run: nothing was written. Write it with --apply." : "Written.";
}
