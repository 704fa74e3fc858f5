import type { Readable } from "node:stream";
import { z } from "zod";
import { bookIn } from "../appointments/book-appointment.ts";
import { answersFromText } from "../catalog/answers-from-text.ts";
import { findServiceRow } from "../catalog/services/queries.ts";
import type { Service } from "../catalog/services/service.ts";
import { findSiteRow } from "../catalog/sites/queries.ts";
import type { Site } from "../catalog/sites/site.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { DomainError } from "../errors.ts";
import { type AppointmentRow, readAppointmentRow, readStart } from "./appointment-row.ts";
import type { AppointmentsReport, RefusedRow } from "./appointments-report.ts";
import { hasAppointment, isPast } from "./queries.ts";
import { readTable, type TableLine } from "./read-table.ts";

/** Refused lines that a report names at most; the counts tell of the rest. */
const REFUSED_MAX = 50_000;

/** What a line came to. */
type Outcome =
  | { readonly kind: "booked" | "already_there" }
  | (Pick<RefusedRow, "reason" | "detail"> & { readonly kind: "refused" });

/**
 * Takes over the appointments of an old system from a table (CSV in UTF-8 with a header line, comma or semicolon), line
 * by line, each in its own transaction and by the same rules as every booking of staff. What does not fit is in the
 * report with its line and reason and takes nothing. A line whose external_reference is there already is skipped, so an
 * import may be repeated. A dry run judges each line alone, as if it were the only one.
 * Throws StartError for a table that is none or has unknown columns.
 */
export async function importAppointments(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { csv, isDryRun }: { readonly csv: Readable; readonly isDryRun: boolean },
): Promise<AppointmentsReport> {
  const counts = { booked: 0, already_there: 0, refused: 0 };
  const refused: RefusedRow[] = [];
  for await (const { line, cells } of readTable(csv)) {
    const outcome = await importRow(deps, context, { cells, isDryRun });
    counts[outcome.kind] += 1;
    if (outcome.kind !== "refused" || refused.length >= REFUSED_MAX) continue;
    const { reason, detail } = outcome;
    refused.push({ line, external_reference: cells?.["external_reference"] ?? "", reason, detail });
  }
  return { is_dry_run: isDryRun, counts, refused };
}

interface RowCall {
  readonly cells: TableLine["cells"];
  readonly isDryRun: boolean;
}

async function importRow(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { cells, isDryRun }: RowCall,
): Promise<Outcome> {
  if (!cells) return refuse("not-readable", "It has more or fewer cells than the header.");
  const row = readAppointmentRow(cells);
  if (typeof row === "string") return refuse("not-readable", row);
  try {
    return await deps.db.inTenant(context.tenant.id, async (trx) => {
      const outcome = await bookRow(trx, { ...context, vault: deps.vault }, row);
      if (isDryRun && outcome.kind === "booked") throw new OnlyTried(outcome);
      return outcome;
    });
  } catch (error) {
    if (error instanceof OnlyTried) return error.outcome;
    if (!(error instanceof DomainError)) throw error;
    return { kind: "refused", reason: error.problem.slug, detail: detailOf(error) };
  }
}

/** Rolls a dry run's booking back. */
class OnlyTried extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super("The booking of a dry run is rolled back");
    this.outcome = outcome;
  }
}

const faults = z.array(z.looseObject({ path: z.string(), message: z.string() }));

function detailOf({ message, facts }: DomainError): string {
  const parsed = faults.safeParse(facts["errors"]);
  return parsed.success && parsed.data.length > 0
    ? parsed.data.map((fault) => `${fault.path}: ${fault.message}`).join("; ")
    : message;
}

async function bookRow(
  trx: Trx,
  context: RequestContext & Pick<Deps, "vault">,
  row: AppointmentRow,
): Promise<Outcome> {
  const { tenant, vault } = context;
  if (await hasAppointment(trx, tenant.id, row.external_reference))
    return { kind: "already_there" };
  const site = await findSiteRow(trx, tenant.id, { id: null, code: row.site_code });
  if (!site || site.is_retired) return refuse("unknown-site", row.site_code);
  const service = await findServiceRow(trx, tenant.id, { id: null, code: row.service_code });
  if (!service || service.is_retired) return refuse("unknown-service", row.service_code);
  const startsAt = readStart(row.starts_at, site.time_zone);
  if (!startsAt) return refuse("not-readable", `starts_at: ${row.starts_at}`);
  if (await isPast(trx, startsAt)) return refuse("past", row.starts_at);
  await bookIn(
    trx,
    { vault },
    { context, wish: wishOf(context, { row, site, service, startsAt }) },
  );
  return { kind: "booked" };
}

function refuse(reason: string, detail: string): Outcome {
  return { kind: "refused", reason, detail };
}

interface ResolvedRow {
  readonly row: AppointmentRow;
  readonly site: Site;
  readonly service: Service;
  readonly startsAt: Date;
}

function wishOf({ tenant }: RequestContext, { row, site, service, startsAt }: ResolvedRow) {
  const { name, email, phone, tax_code, birth_date, party_size: partySize } = row;
  const answers = answersFromText(service.fields, row.answers);
  const ofParticipants = new Set(
    service.fields.filter((field) => field.scope === "participant").map((field) => field.code),
  );
  const split = Object.entries(answers);
  const personal = Object.fromEntries(split.filter(([code]) => ofParticipants.has(code)));
  return {
    time: {
      names: { services: [service.code], site: site.code },
      startsAt,
      partySize,
      channel: row.channel,
    },
    booker: { name, email, phone, tax_code, birth_date },
    answers: Object.fromEntries(split.filter(([code]) => !ofParticipants.has(code))),
    participants: Array.from({ length: partySize }, () => ({ answers: personal })),
    language: row.language ?? tenant.defaultLanguage,
    externalReference: row.external_reference,
  };
}
