import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockForChange } from "./lock-for-change.ts";
import { replayMessages } from "./queries.ts";

/** Webhooks of one call, and how long they are tried again. */
const replayedMax = 10_000;
const notAfterDays = 3;

/** What is sent again: what failed within a time. */
export interface ReplayWebhooks {
  readonly endpointId: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Has webhooks that failed sent again, with the ids they had; at most 10,000 a call, the oldest first. They tell how
 * things are at the time of sending. Returns how many. Throws `not-found`.
 */
export async function replayWebhooks(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  wish: ReplayWebhooks,
): Promise<number> {
  const { tenant, signal } = context;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const { endpointId } = wish;
      const { version } = await lockForChange(trx, tenant.id, {
        id: endpointId,
        version: undefined,
      });
      const limits = { notAfterDays, countMax: replayedMax };
      const count = await replayMessages(trx, tenant.id, { ...wish, ...limits });
      await recordEvents(trx, context, [
        {
          kind: "webhook_endpoint.replayed",
          subjectKind: "webhook_endpoint",
          subjectId: endpointId,
          subjectVersion: version,
          body: { count },
          isRelayed: false,
        },
      ]);
      return count;
    },
    { signal },
  );
}
