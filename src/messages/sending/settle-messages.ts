import { v7 as uuidv7 } from "uuid";
import type { Trx } from "../../db/database.ts";
import { requiredKinds } from "../message-state.ts";
import { insertTasksForUnsent } from "../phone-tasks/queries.ts";
import { type SettlementRow, settleRows } from "./queries.ts";

/**
 * Notes what became of leased messages, in the caller's transaction, and has those called whom a required one did not
 * reach. Returns the ids that were still theirs: a lease that ended meanwhile is somebody else's to settle.
 */
export async function settleIn(
  trx: Trx,
  tenantId: string,
  settlements: readonly SettlementRow[],
): Promise<string[]> {
  if (settlements.length === 0) return [];
  const settled = await settleRows(trx, tenantId, settlements);
  const own = new Set(settled);
  const unsent = settlements.flatMap(({ id, status }) =>
    own.has(id) && (status === "failed" || status === "unknown")
      ? [{ messageId: id, taskId: uuidv7(), cause: status }]
      : [],
  );
  await insertTasksForUnsent(trx, tenantId, { unsent, kinds: requiredKinds });
  return settled;
}
