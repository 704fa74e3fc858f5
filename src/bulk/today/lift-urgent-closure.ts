import { supportAgainIn } from "../../appointments/conflicts/support-again.ts";
import { keepManyIn, releaseKeptIn } from "../../appointments/many/keep-many.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { dropTasks } from "../../messages/phone-tasks/queries.ts";
import { discardMessagesIn } from "../../messages/store/discard-messages.ts";
import { writeChanges } from "../../scheduling/proposals/compute-effect.ts";
import { turnPart } from "../../scheduling/proposals/turn-part.ts";
import { liftSuspensionIn } from "../../slots/suspensions/suspend-service.ts";
import { wrongOperationState } from "../errors.ts";
import { lockOperation, updateStatus } from "../queries.ts";
import { getUrgentIn, type UrgentView } from "./get-urgent-closure.ts";
import { noticeTexts } from "./notice-texts.ts";
import { listUnmovedVisits, lockUrgentRow, updateLifted } from "./queries.ts";
import { tellPeopleIn } from "./tell-people.ts";
import { keptReason, planOf, type UrgentRow } from "./urgent-closure.ts";

/**
 * Opens again what was closed at once, in one transaction: the closures are retired, places go back to the oldest conflicts
 * first, what was not said yet is not said any more, and who was told and still has the old time is told that it holds. Who
 * has another time keeps that. Lifted twice it happens once. Throws `not-found` and, for a preview, `wrong-operation-state`.
 */
export async function liftUrgentClosure(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<UrgentView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const row = await lockUrgentRow(trx, tenantId, id);
      if (!row) throw new DomainError(notFound, "There is no such urgent closure.");
      if (row.status === "previewed") {
        throw new DomainError(wrongOperationState, "The closure was not started.", {
          facts: { status: row.status },
        });
      }
      if (row.status === "active") await liftIn(trx, context, row);
      return getUrgentIn(trx, tenantId, id);
    },
    { signal: context.signal },
  );
}

async function liftIn(trx: Trx, context: RequestContext, row: UrgentRow): Promise<void> {
  const tenantId = context.tenant.id;
  await stopTelling(trx, context, row.operation_ids);
  await openAgain(trx, context, row);
  const visits = await listUnmovedVisits(trx, tenantId, {
    closureId: row.id,
    places: ["kept", "lost"],
  });
  const ids = visits.map((visit) => visit.id);
  await forgetNotices(trx, tenantId, ids);
  const coming = visits.filter((visit) => visit.is_supported && !visit.has_begun);
  const plan = planOf(row);
  const operationId = await tellPeopleIn(trx, context, {
    plan,
    appointmentIds: coming.map((visit) => visit.id),
    texts: noticeTexts(plan, "open_again", context.tenant),
  });
  const operationIds = operationId === undefined ? [] : [operationId];
  await updateLifted(trx, tenantId, { id: row.id, operationIds });
  await recordEvents(trx, context, [
    {
      kind: "urgent_closure.lifted",
      subjectKind: "urgent_closure",
      subjectId: row.id,
      subjectVersion: row.version + 1,
      body: { site_id: row.site_id, told: coming.length, operation_ids: operationIds },
      isRelayed: false,
    },
  ]);
}

/** Ends the notices that are under way, after waiting for what is being done of them. */
async function stopTelling(
  trx: Trx,
  context: RequestContext,
  operationIds: readonly string[],
): Promise<void> {
  const tenantId = context.tenant.id;
  for (const id of operationIds.toSorted()) {
    const operation = await lockOperation(trx, tenantId, id);
    const change = { id, from: ["running", "paused"], to: "aborted" } as const;
    if (!operation || !(await updateStatus(trx, tenantId, change))) continue;
    await recordEvents(trx, context, [
      {
        kind: "bulk_operation.aborted",
        subjectKind: "bulk_operation",
        subjectId: id,
        subjectVersion: operation.version + 1,
        isRelayed: false,
      },
    ]);
  }
}

/** Retires the closures; whoever waits gets a place that is counted, as far as it is still there. */
async function openAgain(trx: Trx, context: RequestContext, row: UrgentRow): Promise<void> {
  const tenantId = context.tenant.id;
  const reason = keptReason(row.id);
  const changes = row.closure_ids.map((id) => ({ kind: "retire_closure", id }) as const);
  const written = changes.length > 0 ? await writeChanges(trx, context, changes) : undefined;
  const waiting = await listUnmovedVisits(trx, tenantId, { closureId: row.id, places: ["kept"] });
  const ids = waiting.filter((visit) => !visit.has_begun).map((visit) => visit.id);
  await releaseKeptIn(trx, context, { ids, reason });
  for (const part of written?.parts ?? []) await turnPart(trx, context, part);
  if (row.service_id !== null) await giveAgain(trx, context, row);
  // Whose place is gone for another reason meanwhile is served all the same, as was promised.
  await keepManyIn(trx, context, { ids, reason });
}

/** Lifts the suspension of a service; its visits get their places back where there is room. */
async function giveAgain(trx: Trx, context: RequestContext, row: UrgentRow): Promise<void> {
  const tenantId = context.tenant.id;
  const visits = await listUnmovedVisits(trx, tenantId, {
    closureId: row.id,
    places: ["kept", "lost"],
  });
  const appointmentIds = visits.filter((one) => !one.is_supported).map((one) => one.id);
  const back = await liftSuspensionIn(trx, tenantId, { id: row.id, appointmentIds });
  await supportAgainIn(trx, context, back);
}

/** What has not reached people that it is closed does not any more. */
async function forgetNotices(trx: Trx, tenantId: string, ids: readonly string[]): Promise<void> {
  await discardMessagesIn(
    trx,
    tenantId,
    ids.map((subjectId) => ({ subjectId, kinds: ["urgent_notice"], reason: "superseded" })),
  );
  await dropTasks(trx, tenantId, { appointmentIds: ids, kinds: ["urgent_notice"] });
}
