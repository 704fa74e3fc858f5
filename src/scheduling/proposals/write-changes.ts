import { changeResourceIn } from "../../catalog/resources/change-resource.ts";
import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { changeClosureIn } from "../closures/change-closure.ts";
import { createClosureIn } from "../closures/create-closure.ts";
import { findClosureRow } from "../closures/queries.ts";
import { retireClosureIn } from "../closures/retire-closure.ts";
import { scopeOf } from "../dated-scope.ts";
import { changeDayMarkIn } from "../day-marks/change-day-mark.ts";
import { createDayMarkIn } from "../day-marks/create-day-mark.ts";
import { findDayMarkRow } from "../day-marks/queries.ts";
import { retireDayMarkIn } from "../day-marks/retire-day-mark.ts";
import { coveringRange, type ScheduleChange } from "../follow-schedule.ts";
import { changeOpeningIn } from "../openings/change-opening.ts";
import { createOpeningIn } from "../openings/create-opening.ts";
import { findOpeningRow } from "../openings/queries.ts";
import { retireOpeningIn } from "../openings/retire-opening.ts";
import type { ScheduleScope } from "../queries.ts";
import type { ProposedChange } from "./proposal.ts";

/**
 * Writes the changes by the very verbs that write them one by one, in the caller's transaction; the slots do not follow
 * yet. Returns whom each concerns. Throws what the verbs throw.
 */
export async function writeChangesIn(
  trx: Trx,
  context: RequestContext,
  changes: readonly ProposedChange[],
): Promise<ScheduleChange[]> {
  const written: ScheduleChange[] = [];
  for (const change of changes) written.push(await writeChange(trx, context, change));
  return written;
}

async function writeChange(
  trx: Trx,
  context: RequestContext,
  change: ProposedChange,
): Promise<ScheduleChange> {
  switch (change.kind) {
    case "create_opening":
      return ofResource(await createOpeningIn(trx, context, change.opening));
    case "change_opening":
      return ofResource(await changeOpeningIn(trx, context, change));
    case "retire_opening":
      return ofResource(await retireOpeningIn(trx, context, change.id));
    case "create_closure":
      return dated(await createClosureIn(trx, context, change.closure));
    case "change_closure": {
      const { before, after } = await changeClosureIn(trx, context, change);
      return dated(before, after);
    }
    case "retire_closure":
      return dated(await retireClosureIn(trx, context, change.id));
    case "create_day_mark":
      return dated(await createDayMarkIn(trx, context, change.day_mark));
    case "change_day_mark": {
      const { before, after } = await changeDayMarkIn(trx, context, change);
      return dated(before, after);
    }
    case "retire_day_mark":
      return dated(await retireDayMarkIn(trx, context, change.id));
    case "change_services": {
      const { resource_id: id, service_ids, version } = change;
      await changeResourceIn(trx, context, { id, change: { service_ids, version } });
      return { scope: { resourceId: id } };
    }
  }
}

function ofResource({ resource_id: resourceId }: { resource_id: string }): ScheduleChange {
  return { scope: { resourceId } };
}

type Dated = Parameters<typeof scopeOf>[0];

function dated(before: Dated, after: Dated = before): ScheduleChange {
  return { scope: scopeOf(after), dates: coveringRange(before, after) };
}

/** Whom the changes concern, before anything is written; what does not exist is left to the verbs to refuse. */
export async function scopesOf(
  trx: Trx,
  tenantId: string,
  changes: readonly ProposedChange[],
): Promise<ScheduleScope[]> {
  const scopes: ScheduleScope[] = [];
  for (const change of changes) {
    const scope = await scopeOfChange(trx, tenantId, change);
    if (scope) scopes.push(scope);
  }
  return scopes;
}

async function scopeOfChange(
  trx: Trx,
  tenantId: string,
  change: ProposedChange,
): Promise<ScheduleScope | undefined> {
  switch (change.kind) {
    case "create_opening":
      return { resourceId: change.opening.resource_id };
    case "change_services":
      return { resourceId: change.resource_id };
    case "change_opening":
    case "retire_opening": {
      const opening = await findOpeningRow(trx, tenantId, change.id);
      return opening && { resourceId: opening.resource_id };
    }
    case "create_closure":
      return scopeOf(change.closure);
    case "create_day_mark":
      return scopeOf(change.day_mark);
    case "change_closure":
    case "retire_closure": {
      const closure = await findClosureRow(trx, tenantId, { id: change.id, code: null });
      return closure && scopeOf(closure);
    }
    case "change_day_mark":
    case "retire_day_mark": {
      const mark = await findDayMarkRow(trx, tenantId, { id: change.id, code: null });
      return mark && scopeOf(mark);
    }
  }
}
