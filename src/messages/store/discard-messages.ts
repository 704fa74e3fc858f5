import type { Trx } from "../../db/database.ts";
import { type DiscardWish, discardPlanned } from "./queries.ts";

/**
 * Discards messages that say what is no longer true, in the transaction that found it out. Those that are being sent at
 * this moment are not reached; the sender asks again before each attempt. Returns how many; may be repeated.
 */
export async function discardMessagesIn(
  trx: Trx,
  tenantId: string,
  wishes: readonly DiscardWish[],
): Promise<number> {
  return discardPlanned(trx, tenantId, wishes);
}
