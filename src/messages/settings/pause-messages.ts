import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockSettings, updatePause } from "./queries.ts";

/**
 * Pauses the sending of an administration: what is on its way arrives, nothing else goes out, urgent notices neither.
 * Messages are planned all the same. May be repeated; the first reason stays.
 */
export async function pauseMessages(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  reason: string,
): Promise<void> {
  const { tenant, signal } = context;
  await db.inTenant(
    tenant.id,
    async (trx) => {
      await lockSettings(trx, tenant.id);
      if (!(await updatePause(trx, tenant.id, reason))) return;
      await recordEvents(trx, context, [
        {
          kind: "message_sending.paused",
          subjectKind: "tenant",
          subjectId: tenant.id,
          reason,
          isRelayed: false,
        },
      ]);
    },
    { signal },
  );
}
