import type { Deps, RequestContext } from "../../context.ts";
import { csvLine } from "../../http/csv.ts";
import { isoWithOffset } from "../../time/wall-clock.ts";
import { getOperationIn } from "./get-operation.ts";
import { type ItemRow, listItemRows } from "./queries.ts";

const rowsAtOnce = 1_000;

const heading = [
  "reference",
  "appointment_id",
  "site",
  "starts_at",
  "language",
  "status",
  "outcome",
  "email",
  "sms",
  "call",
];

/**
 * Writes the report of an operation as CSV, piece by piece: one line per appointment, with what came of it and by what
 * its people were told; no names or contacts. `starts_at` is the time it has now, on its site's clock. Throws
 * `not-found` before the first piece.
 */
export async function writeReport(
  { db }: Pick<Deps, "db">,
  { tenant }: Pick<RequestContext, "tenant">,
  id: string,
): Promise<AsyncGenerator<string, void, void>> {
  await db.inTenant(tenant.id, (trx) => getOperationIn(trx, tenant.id, id), { isReadOnly: true });
  return linesOf(db, tenant.id, id);
}

async function* linesOf(
  db: Deps["db"],
  tenantId: string,
  operationId: string,
): AsyncGenerator<string, void, void> {
  yield csvLine(heading);
  let after: readonly [number, number] | null = null;
  for (;;) {
    const page = { operationId, outcome: null, after, countMax: rowsAtOnce };
    const rows: ItemRow[] = await db.inTenant(
      tenantId,
      (trx) => listItemRows(trx, tenantId, page),
      { isReadOnly: true },
    );
    if (rows.length > 0) yield rows.map(lineOf).join("");
    const last = rows.at(-1);
    if (!last || rows.length < rowsAtOnce) return;
    after = [last.number, last.place];
  }
}

function lineOf(row: ItemRow): string {
  return csvLine([
    row.reference,
    row.appointment_id,
    row.site_code,
    isoWithOffset(row.starts_at.getTime(), row.time_zone),
    row.language,
    row.status,
    row.outcome ?? "pending",
    stateOf(row, "email"),
    stateOf(row, "sms"),
    row.call ? (row.call.outcome ?? row.call.status) : "",
  ]);
}

/** What became of a message: the provider's report where there is one. */
function stateOf({ messages }: ItemRow, channel: "email" | "sms"): string {
  const message = messages.find((one) => one.channel === channel);
  return message ? (message.receipt ?? message.status) : "";
}
