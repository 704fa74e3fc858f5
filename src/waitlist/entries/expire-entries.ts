import type { Deps } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { systemContext } from "../offers/end-offers.ts";
import { eraseEndedPeople, expireRows } from "./queries.ts";

const atOnceMax = 500;
/** People of wishes that ended are kept so long, to answer questions. */
const keptDays = 30;

/**
 * Ends wishes whose last day has passed or whose appointment is over, and forgets the people of those that ended a month
 * ago. Returns how many ended; may be repeated and run anywhere.
 */
export async function expireEntries(
  { db }: Pick<Deps, "db">,
  tenantId: string,
  signal?: AbortSignal,
): Promise<number> {
  let ended = 0;
  for (;;) {
    const ids = await db.inTenant(
      tenantId,
      async (trx) => {
        const expired = await expireRows(trx, tenantId, atOnceMax);
        await eraseEndedPeople(trx, tenantId, { keptDays, countMax: atOnceMax });
        await recordEvents(
          trx,
          systemContext(tenantId),
          expired.map((id) => ({
            kind: "waitlist_entry.expired",
            subjectKind: "waitlist_entry",
            subjectId: id,
            isRelayed: false,
          })),
        );
        return expired;
      },
      { signal },
    );
    ended += ids.length;
    if (ids.length < atOnceMax) return ended;
  }
}
