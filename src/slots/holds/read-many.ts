import type { Database } from "../../db/database.ts";
import { createGatherer } from "../../db/gatherer.ts";
import type { Hold } from "./hold.ts";
import { listHolds } from "./queries.ts";

/** Reads a hold, whatever its status; undefined when there is none. */
export type ReadHold = (tenantId: string, id: string) => Promise<Hold | undefined>;

/** Holds of one statement at most. */
const idsMax = 500;
const waitingMax = 2_000;

/** Makes a `ReadHold` that answers those who ask while it is reading with one further statement. */
export function createHoldReader(db: Database): ReadHold {
  const gatherer = createGatherer<string, Hold | undefined>({
    itemsMax: idsMax,
    waitingMax,
    run: async (tenantId, ids) => {
      const holds = await db.inTenant(tenantId, (trx) => listHolds(trx, tenantId, ids), {
        isReadOnly: true,
      });
      const byId = new Map(holds.map((hold) => [hold.id, hold]));
      return ids.map((id) => ({ kind: "done", value: byId.get(id) }));
    },
  });
  return (tenantId, id) => gatherer.submit(tenantId, id);
}
