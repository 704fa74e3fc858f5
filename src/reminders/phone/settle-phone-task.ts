import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import type { PhoneTaskOutcome } from "../../messages/phone-tasks/phone-task.ts";
import { findTask, settleTask, type TaskRow } from "../../messages/phone-tasks/queries.ts";
import { taskNotYours } from "../errors.ts";
import { confirmPresenceIn } from "../presence/confirm-presence.ts";
import { noteCall } from "./call-notes.ts";
import { operatorOf } from "./operator.ts";

/** What came of a call. */
export interface SettlePhoneTask {
  readonly id: string;
  /** Undefined: it was not made, and somebody else may take it. */
  readonly outcome: PhoneTaskOutcome | undefined;
  /** Of a question whether somebody comes: he does. Who does not is cancelled by the appointment's own operation. */
  readonly isComing?: boolean | undefined;
  /** When to try again (epoch ms), of a call that nobody answered; two hours later unless said. */
  readonly againAt?: number | undefined;
  /** For whoever calls next; at most 300 characters, sealed, deleted after thirty days. */
  readonly note?: string | undefined;
}

const callsMax = 3;
const againInMinutes = 120;

/**
 * Notes what came of a call. Nobody answered: it is open again two hours later or at the stated time, three times in all
 * while there is time. Throws `not-found`, and `task-not-yours` when the operator no longer has it.
 */
export async function settlePhoneTask(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: SettlePhoneTask,
): Promise<TaskRow> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const before = await getTask(trx, tenant.id, wish.id);
      const isTriedAgain = wish.outcome === "not_reached" && before.calls + 1 < callsMax;
      const isSettled = await settleTask(trx, tenant.id, {
        id: wish.id,
        operatorId,
        outcome: wish.outcome === undefined || isTriedAgain ? null : wish.outcome,
        isCalled: wish.outcome !== undefined,
        againInMinutes: isTriedAgain ? againInMinutes : 0,
        againAt: isTriedAgain ? wish.againAt : undefined,
      });
      if (!isSettled) throw new DomainError(taskNotYours, "This call is not yours any more.");
      if (wish.outcome !== undefined) {
        const { outcome, note } = wish;
        await noteCall(trx, deps, { context, about: { taskId: wish.id }, outcome, note });
      }
      if (wish.isComing === true)
        await confirmPresenceIn(trx, deps, { context, id: before.appointment_id });
      await noteOutcome(trx, context, { wish, version: before.version + 1 });
      return getTask(trx, tenant.id, wish.id);
    },
    { signal },
  );
}

async function getTask(trx: Trx, tenantId: string, id: string): Promise<TaskRow> {
  const task = await findTask(trx, tenantId, id);
  if (!task) throw new DomainError(notFound, "There is no such phone task.");
  return task;
}

async function noteOutcome(
  trx: Trx,
  context: RequestContext,
  { wish, version }: { readonly wish: SettlePhoneTask; readonly version: number },
): Promise<void> {
  await recordEvents(trx, context, [
    {
      kind: wish.outcome === undefined ? "phone_task.returned" : "phone_task.called",
      subjectKind: "phone_task",
      subjectId: wish.id,
      subjectVersion: version,
      body: wish.outcome === undefined ? {} : { outcome: wish.outcome },
      isRelayed: false,
    },
  ]);
}
