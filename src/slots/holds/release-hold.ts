import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { releasePlaces } from "../claim/release-places.ts";
import { getHold } from "./get-hold.ts";
import { markReleased } from "./queries.ts";

/**
 * Gives a held time back at once. Throws `not-found`. A hold that has ended already stays as it is, so it may be
 * repeated.
 */
export async function releaseHold(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const hold = await getHold(trx, tenantId, id);
      if (hold.status !== "open") return;
      await releasePlaces(trx, tenantId, { ownerId: id });
      const released = await markReleased(trx, tenantId, [id]);
      const event = { kind: "hold.released", subjectKind: "hold", isRelayed: false } as const;
      await recordEvents(
        trx,
        context,
        released.map((subjectId) => ({ ...event, subjectId })),
      );
    },
    { signal: context.signal },
  );
}
