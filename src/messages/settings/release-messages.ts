import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { discardDueBefore } from "../switch/queries.ts";
import { lockSettings, updatePause } from "./queries.ts";

const atOnceMax = 20_000;

/**
 * Lets the sending of an administration go on; what was due before `discardBefore` (epoch ms) is discarded first, at
 * most 20,000 messages a call. Messages that have become too late or untrue are not sent. May be repeated. Returns how
 * many were discarded.
 */
export async function releaseMessages(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  discardBefore: number | undefined,
): Promise<number> {
  const { tenant, signal } = context;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      await lockSettings(trx, tenant.id);
      const before = discardBefore === undefined ? undefined : dateFromEpochMs(discardBefore);
      const discarded = before
        ? await discardDueBefore(trx, tenant.id, { before, countMax: atOnceMax })
        : 0;
      if (await updatePause(trx, tenant.id, null)) {
        await recordEvents(trx, context, [
          {
            kind: "message_sending.released",
            subjectKind: "tenant",
            subjectId: tenant.id,
            body: { discarded },
            isRelayed: false,
          },
        ]);
      }
      return discarded;
    },
    { signal },
  );
}
