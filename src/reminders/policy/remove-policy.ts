import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { type NamedPolicy, serviceIdOf } from "./policy-view.ts";
import { deletePolicy, lockPolicy } from "./queries.ts";

/** Takes a policy back, so that the one of all services, or the shipped one, holds. May be repeated. Throws `not-found`. */
export async function removePolicy(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  named: NamedPolicy,
): Promise<void> {
  const { tenant, signal } = context;
  await db.inTenant(
    tenant.id,
    async (trx) => {
      const serviceId = await serviceIdOf(trx, tenant.id, named);
      const current = await lockPolicy(trx, tenant.id, serviceId);
      if (!current) return;
      await deletePolicy(trx, tenant.id, current.id);
      await recordEvents(trx, context, [
        {
          kind: "message_policy.removed",
          subjectKind: "message_policy",
          subjectId: current.id,
          subjectVersion: current.version,
          body: { service_id: serviceId },
          isRelayed: false,
        },
      ]);
    },
    { signal },
  );
}
