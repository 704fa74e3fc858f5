import {
  appointmentView,
  loadAppointment,
  loadForChange,
} from "../../appointments/appointment-view.ts";
import { cancelIn } from "../../appointments/cancel-appointment.ts";
import { keepManyIn } from "../../appointments/many/keep-many.ts";
import { checkMayTouch, isOffice } from "../../appointments/may-touch.ts";
import { viewOfReply } from "../../appointments/reply-view.ts";
import { rescheduleIn } from "../../appointments/reschedule-appointment.ts";
import type { AppointmentView } from "../../appointments/schema.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { type IdempotencyKey, onceByKey } from "../../http/idempotency.ts";
import { dropTasks, leaseTask, settleTask } from "../../messages/phone-tasks/queries.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { noSuchStart } from "../../slots/errors.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import { noRoomToWait, nothingToChoose } from "../errors.ts";
import { findRoomToWait } from "./own-closure.ts";
import { findLostVisit, listOpenCalls, lockUrgentRow, updateWaits } from "./queries.ts";
import { keptReason } from "./urgent-closure.ts";

/** What somebody who lost his place wants instead. */
export type UrgentChoice =
  | { readonly choice: "wait" }
  /** On the same day at the same site; the notice for citizens does not bind. */
  | { readonly choice: "later_today"; readonly startsAt: Date }
  /** Like any move: site is an id or a code, the visit's own unless said. */
  | { readonly choice: "another_day"; readonly startsAt: Date; readonly site?: string | undefined }
  | { readonly choice: "cancel" };

/**
 * Does what somebody whose place was closed at once chose, for its citizen or a clerk on the telephone, in one transaction
 * with the end of the calls that would ask him. Throws `not-signed-in`, `not-found`, `nothing-to-choose`,
 * `no-room-to-wait`, and what moving throws. Idempotent by key.
 */
export async function chooseAfterClosure(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: {
    readonly id: string;
    readonly wanted: UrgentChoice;
    readonly idempotency?: IdempotencyKey | undefined;
  },
): Promise<AppointmentView> {
  checkMayTouch(context, wish.id);
  const tenantId = context.tenant.id;
  const { id, wanted, idempotency } = wish;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const { vault } = deps;
      const reply = await onceByKey(trx, { vault, context, idempotency }, async () => {
        await chooseIn(trx, deps, { context, id, wanted });
        await endCalls(trx, context, id);
        return {
          status: 200,
          body: appointmentView(await loadAppointment(trx, deps, { tenantId, id })),
        };
      });
      return viewOfReply(trx, deps, { tenantId, body: reply.body });
    },
    { signal: context.signal },
  );
}

interface Choosing {
  readonly context: RequestContext;
  readonly id: string;
  readonly wanted: UrgentChoice;
}

async function chooseIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, id, wanted }: Choosing,
): Promise<void> {
  const tenantId = context.tenant.id;
  const lost = await findLostVisit(trx, tenantId, id);
  if (!lost) await refuse(trx, deps, { tenantId, id });
  else if (wanted.choice === "wait") await waitIn(trx, context, { id, closureId: lost.closure_id });
  else await leave(trx, deps, { context, id, wanted });
}

/** Says that the appointment is not there, or that there is nothing to choose for it. */
async function refuse(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  name: { readonly tenantId: string; readonly id: string },
): Promise<never> {
  await loadAppointment(trx, deps, name);
  throw new DomainError(nothingToChoose, "This visit has not lost its place, or has another.");
}

/** Whoever starts, lifts or waits holds the closure's row, so that the room is given away once. */
async function waitIn(
  trx: Trx,
  context: RequestContext,
  { id, closureId }: { readonly id: string; readonly closureId: string },
): Promise<void> {
  const tenantId = context.tenant.id;
  const closure = await lockUrgentRow(trx, tenantId, closureId);
  const isRunning = closure?.status === "active" && !closure.is_over;
  if (!isRunning || !(await findRoomToWait(trx, tenantId, { closure, appointmentId: id })))
    throw new DomainError(noRoomToWait, "There is no room left for those who wait.");
  const kept = await keepManyIn(trx, context, { ids: [id], reason: keptReason(closureId) });
  if (kept.length === 0) throw new DomainError(nothingToChoose, "This visit has its place again.");
  await updateWaits(trx, tenantId, { closureId, appointmentId: id });
}

async function leave(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, id, wanted }: Choosing,
): Promise<void> {
  const tenantId = context.tenant.id;
  switch (wanted.choice) {
    case "wait":
      throw new Error("Who waits does not leave");
    case "cancel": {
      const loaded = await loadForChange(trx, deps, { tenantId, id });
      const by = isOffice(context) ? "staff" : "citizen";
      return cancelIn(trx, { context, loaded, by, reason: "office_closed" });
    }
    case "another_day": {
      const time = { startsAt: wanted.startsAt, site: wanted.site };
      return rescheduleIn(trx, deps, { context, wish: { id, time, isAsked: true } });
    }
    case "later_today": {
      const { row } = await loadAppointment(trx, deps, { tenantId, id });
      const zone = row.site.time_zone;
      const today = localDateOf(await readClock(trx), zone);
      if (localDateOf(wanted.startsAt.getTime(), zone) !== today)
        throw new DomainError(noSuchStart, "This time is not today.");
      const wish = { id, time: { startsAt: wanted.startsAt }, isWithinNotice: true, isAsked: true };
      return rescheduleIn(trx, deps, { context, wish });
    }
  }
}

/** A clerk who notes the choice has reached its citizen; a citizen who chose need not be called. */
async function endCalls(trx: Trx, context: RequestContext, appointmentId: string): Promise<void> {
  const tenantId = context.tenant.id;
  const { actor } = context;
  if (actor.kind === "staff") {
    for (const id of await listOpenCalls(trx, tenantId, appointmentId)) {
      const operatorId = actor.keyId;
      if (!(await leaseTask(trx, tenantId, { id, operatorId, minutes: 1 }))) continue;
      const result = { outcome: "reached", isCalled: true, againInMinutes: 0 } as const;
      await settleTask(trx, tenantId, { id, operatorId, ...result });
    }
  }
  await dropTasks(trx, tenantId, { appointmentIds: [appointmentId], kinds: ["urgent_notice"] });
}
