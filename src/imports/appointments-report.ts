import { csvLine } from "../http/csv.ts";

/** A line of the table that was not taken over. */
export interface RefusedRow {
  /** Line in the file, from 1. */
  readonly line: number;
  readonly external_reference: string;
  /** `not-readable`, `unknown-site`, `unknown-service`, `past`, or the slug of the problem that refused the booking. */
  readonly reason: string;
  readonly detail: string;
}

/** What taking over appointments did, or would do. */
export interface AppointmentsReport {
  readonly is_dry_run: boolean;
  readonly counts: {
    readonly booked: number;
    readonly already_there: number;
    readonly refused: number;
  };
  readonly refused: readonly RefusedRow[];
}

const SHOWN_MAX = 20;

/** The report for people at a terminal. */
export function appointmentsReportText({
  is_dry_run,
  counts,
  refused,
}: AppointmentsReport): string {
  const shown = refused
    .slice(0, SHOWN_MAX)
    .map((row) => `  line ${row.line}  ${row.external_reference}  ${row.reason}: ${row.detail}`);
  const more = refused.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [`  … and ${more} more; --report writes all of them`] : []),
    `${counts.booked} booked, ${counts.already_there} there already, ${counts.refused} did not fit`,
    is_dry_run ? "Dry run: nothing was written. Write it with --apply." : "Written.",
  ].join("\n");
}

/** The lines that did not fit, as a table. */
export function appointmentsReportCsv({ refused }: AppointmentsReport): string {
  const lines = refused.map((row) =>
    csvLine([row.line, row.external_reference, row.reason, row.detail]),
  );
  return [csvLine(["line", "external_reference", "reason", "detail"]), ...lines].join("");
}
