import { loadForChange, serviceIdsOf } from "../../appointments/appointment-view.ts";
import { limitReached, notBookedAnyMore } from "../../appointments/errors.ts";
import { type AppointmentRow, findAppointment } from "../../appointments/queries.ts";
import { rescheduleIn } from "../../appointments/reschedule-appointment.ts";
import type { Deps, RequestContext, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { newId } from "../../db/random.ts";
import { conflictingChange, DomainError } from "../../errors.ts";
import type { NextStart } from "../../slots/availability/availability.ts";
import { findNextStarts } from "../../slots/availability/find-next-starts.ts";
import { slotProblems } from "../../slots/errors.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { toLocalDate } from "../../time/local-date.ts";
import { localDay } from "../../time/wall-clock.ts";
import type { ItemOutcome, MoveRule } from "../operation.ts";
import {
  claimPart,
  findLastMovedStart,
  findNextPart,
  type Part,
  type SettledPart,
  settlePart,
  shareStatus,
} from "./queries.ts";
import { contextOf, factsOf, type RunScope } from "./run-part.ts";

/** Times that are tried for one visit: others book meanwhile, and a limit may forbid one day and not another. */
const triesMax = 20;

/**
 * Moves the next visit of an operation to the first time that fits it, not before the one that the visit before it got,
 * so that their order stays; a visit moves whole, with all its people. One that nothing fits stays where it is. Undefined
 * when there is nothing more to do. May be repeated: a move and its note are one transaction.
 */
export async function moveNext(
  deps: Deps,
  scope: RunScope & { readonly tenant: Tenant },
  signal: AbortSignal,
): Promise<SettledPart | undefined> {
  const { tenantId, operation } = scope;
  const next = await deps.db.inTenant(tenantId, (trx) => readNext(trx, scope), { signal });
  if (!next) return undefined;
  let outcome: ItemOutcome = "no_time";
  for (const start of await startsFor(deps, scope, next)) {
    const tried = await tryMove(deps, scope, { next, start, signal });
    if (typeof tried === "object" || tried === undefined) return tried;
    outcome = tried;
    if (outcome !== "no_time" && outcome !== "refused") break;
  }
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      if ((await shareStatus(trx, tenantId, operation.id)) !== "running") return undefined;
      const { number } = next.part;
      const part = await claimPart(trx, tenantId, { operationId: operation.id, number });
      if (!part) return undefined;
      const settled = { operationId: operation.id, number, outcomes: [outcome], eventIds: [] };
      await settlePart(trx, tenantId, settled);
      return { number, eventIds: [] };
    },
    { signal },
  );
}

interface Next {
  readonly part: Part;
  readonly row: AppointmentRow | undefined;
  /** Epoch ms; the visit's new time is not before it. */
  readonly notBefore: number;
}

async function readNext(trx: Trx, { tenantId, operation }: RunScope): Promise<Next | undefined> {
  const part = await findNextPart(trx, tenantId, operation.id);
  const [item] = part?.items ?? [];
  if (!part || !item) return undefined;
  const row = await findAppointment(trx, tenantId, item.id);
  const last = await findLastMovedStart(trx, tenantId, {
    operationId: operation.id,
    beforeNumber: part.number,
    appointmentId: item.id,
  });
  return { part, row, notBefore: last?.getTime() ?? 0 };
}

/** Times that may fit a visit, in the order in which they are tried. */
async function startsFor(
  deps: Deps,
  { tenant, operation: { move_rule: rule } }: RunScope & { readonly tenant: Tenant },
  { row, notBefore }: Next,
): Promise<NextStart[]> {
  // One that is gone or changed is judged by the move itself, at a time that is not looked for.
  if (!row || !rule) return [];
  const starts: NextStart[] = [];
  for (const siteId of rule.site_ids ?? [row.site.id]) {
    const found = await findNextStarts({ db: deps.db }, tenant, {
      serviceIds: serviceIdsOf(row),
      siteId,
      partySize: row.party_size,
      channel: row.channel,
      countMax: triesMax,
      after: dateFromEpochMs(Math.max(notBefore, earliestOf(rule, row)) - 1),
    });
    starts.push(...found.starts.filter((start) => start.date <= rule.to));
  }
  return starts.slice(0, triesMax);
}

function earliestOf({ from }: MoveRule, { site }: AppointmentRow): number {
  return localDay(toLocalDate(from), site.time_zone).start;
}

interface Try {
  readonly next: Next;
  readonly start: NextStart;
  readonly signal: AbortSignal;
}

/** The settled part, undefined when it is not to be done any more, or why this time did not do. */
async function tryMove(
  deps: Deps,
  scope: RunScope & { readonly tenant: Tenant },
  { next, start, signal }: Try,
): Promise<SettledPart | ItemOutcome | undefined> {
  const { tenantId } = scope;
  try {
    return await deps.db.inTenant(tenantId, (trx) => moveIn(trx, deps, { scope, next, start }), {
      signal,
    });
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome === undefined) throw error;
    return outcome;
  }
}

async function moveIn(
  trx: Trx,
  deps: Deps,
  given: Pick<Try, "next" | "start"> & { readonly scope: RunScope & { readonly tenant: Tenant } },
): Promise<SettledPart | ItemOutcome | undefined> {
  const { scope, next, start } = given;
  const { tenantId, tenant, operation } = scope;
  const { number } = next.part;
  if ((await shareStatus(trx, tenantId, operation.id)) !== "running") return undefined;
  const part = await claimPart(trx, tenantId, { operationId: operation.id, number });
  const [item] = part?.items ?? [];
  if (!item) return undefined;
  const { row } = await loadForChange(trx, deps, { tenantId, id: item.id });
  if (row.starts_at.getTime() <= (await readClock(trx))) return "begun";
  const context: RequestContext = { ...contextOf(scope), tenant };
  const event = { id: newId(), facts: factsOf(operation) };
  const time = { startsAt: start.starts_at, site: start.site_id };
  const wish = { id: item.id, version: item.version, time };
  await rescheduleIn(trx, deps, { context, wish, event });
  const settled = { operationId: operation.id, number, eventIds: [event.id] };
  await settlePart(trx, tenantId, { ...settled, outcomes: ["done"] });
  return { number, eventIds: [event.id] };
}

/** Undefined for what is no refusal but a fault. */
function outcomeOf(error: unknown): ItemOutcome | undefined {
  if (!(error instanceof DomainError)) return undefined;
  if (error.problem === conflictingChange) return "changed";
  if (error.problem === notBookedAnyMore) return "ended";
  if (error.problem === limitReached) return "refused";
  return slotProblems.includes(error.problem) ? "no_time" : undefined;
}
