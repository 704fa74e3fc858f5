import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockForChange } from "./lock-for-change.ts";
import { updateEndpoint } from "./queries.ts";

/** Deletes an endpoint for good; what was sent to it can still be read. Throws `not-found`. */
export async function deleteEndpoint(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const { tenant, signal } = context;
  await db.inTenant(
    tenant.id,
    async (trx) => {
      const endpoint = await lockForChange(trx, tenant.id, { id, version: undefined });
      const deleted = { ...endpoint, status: "deleted", disabled_reason: null } as const;
      await updateEndpoint(trx, tenant.id, deleted);
      await recordEvents(trx, context, [
        {
          kind: "webhook_endpoint.deleted",
          subjectKind: "webhook_endpoint",
          subjectId: id,
          subjectVersion: endpoint.version + 1,
          isRelayed: false,
        },
      ]);
    },
    { signal },
  );
}
