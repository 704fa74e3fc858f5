import { v7 as uuidv7 } from "uuid";
import type { Deps } from "../../context.ts";
import { requiredKinds } from "../message-state.ts";
import { insertTasksForUnsent } from "../phone-tasks/queries.ts";
import { deleteIdleGates } from "../rates/queries.ts";
import { listTenantsWithLostLeases, returnLostLeases } from "../sending/queries.ts";
import { endOverdue, listTenantsWithOverdue } from "./queries.ts";

const atOnceMax = 1_000;

/** What a round put right. */
export interface Reconciled {
  /** Messages whose worker had gone with them. */
  readonly lost: number;
  readonly overdue: number;
}

/**
 * Puts right what nobody else does: messages whose worker died are due again, those that are too late end, and whom a
 * required one did not reach is called. Jobs that the store lost need nothing: their claim ends by itself. Every few
 * seconds; may be repeated and run anywhere.
 */
export async function reconcileMessages(
  { db }: Pick<Deps, "db">,
  signal: AbortSignal,
): Promise<Reconciled> {
  let lost = 0;
  for (const tenantId of await db.inSystem(listTenantsWithLostLeases, { signal })) {
    lost += await db.inTenant(tenantId, (trx) => returnLostLeases(trx, tenantId, atOnceMax), {
      signal,
    });
  }
  let overdue = 0;
  for (const tenantId of await db.inSystem(listTenantsWithOverdue, { signal })) {
    overdue += await endOverdueOf(db, tenantId, signal);
  }
  await db.inSystem(deleteIdleGates, { signal });
  return { lost, overdue };
}

async function endOverdueOf(
  db: Deps["db"],
  tenantId: string,
  signal: AbortSignal,
): Promise<number> {
  return db.inTenant(
    tenantId,
    async (trx) => {
      const { failed, count } = await endOverdue(trx, tenantId, {
        requiredKinds,
        countMax: atOnceMax,
      });
      const unsent = failed.map((messageId) => ({
        messageId,
        taskId: uuidv7(),
        cause: "failed" as const,
      }));
      await insertTasksForUnsent(trx, tenantId, { unsent, kinds: requiredKinds });
      return count;
    },
    { signal },
  );
}
