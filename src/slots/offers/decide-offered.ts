import type { Trx } from "../../db/database.ts";
import { readTogether } from "../../db/together.ts";
import { type Decided, decideClaims, type PlainClaim, windowsOf } from "../batch/decide-claims.ts";
import { lockSlotRows, windowSlots } from "../batch/queries.ts";
import { clockReading, nowOf, openingsOf, slotStates } from "../claim/queries.ts";

/** What was decided, and when: the database's clock after the locks were waited for, epoch ms. */
export interface DecidedOffers extends Decided {
  readonly now: number;
}

/**
 * Decides which places can be kept for people who wait, in their order: locks every slot that could serve any of them in
 * id order, and stops at the first who does not get his. Writes only the end of what expired or cooled down.
 */
export async function decideOffered(
  trx: Trx,
  tenantId: string,
  claims: readonly PlainClaim[],
): Promise<DecidedOffers> {
  const windows = windowsOf(claims);
  const found = await readTogether(trx, {
    slots: windowSlots(tenantId, { windows, holdIds: [] }),
  });
  const slotIds = found.slots.map((slot) => slot.id);
  const rows = await lockSlotRows(trx, tenantId, slotIds);
  const then = await readTogether(trx, {
    openings: openingsOf(tenantId, rows),
    clock: clockReading(),
  });
  const now = nowOf(then.clock);
  const slots = slotStates(rows, then.openings);
  const decided = await decideClaims(trx, tenantId, {
    claims: claims.map((claim) => ({ ...claim, priority: "waitlist" })),
    locked: { slots, now, confirmedHoldIds: [] },
    stopsAtRefusal: true,
  });
  return { ...decided, now };
}
