import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import { conflictingChange, DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import type { MessagePolicy } from "./message-policy.ts";
import { insertPolicy, lockPolicy, updatePolicy } from "./queries.ts";
import { type NamedPolicy, policyView, type PolicyView, serviceIdOf } from "./policy-view.ts";

/**
 * States which messages a service sends when, or all services without a policy of their own. It holds for what is booked
 * or moved from now on. `version` is the one that was seen: 0 where there was none. Throws `not-found` and
 * `conflicting-change`.
 */
export async function putPolicy(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  wish: { readonly named: NamedPolicy; readonly rules: MessagePolicy; readonly version: number },
): Promise<PolicyView> {
  const { tenant, signal } = context;
  const { rules, version } = wish;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const serviceId = await serviceIdOf(trx, tenant.id, wish.named);
      const current = await lockPolicy(trx, tenant.id, serviceId);
      const seen = current?.version ?? 0;
      const id = current?.id ?? uuidv7();
      if (seen !== version) throw changed(seen);
      if (current) await updatePolicy(trx, tenant.id, { id, rules });
      else if (!(await insertPolicy(trx, tenant.id, { id, service_id: serviceId, rules })))
        throw changed(1);
      await recordEvents(trx, context, [
        {
          kind: "message_policy.changed",
          subjectKind: "message_policy",
          subjectId: id,
          subjectVersion: version + 1,
          body: { service_id: serviceId },
          isRelayed: false,
        },
      ]);
      return policyView({ service_id: serviceId, rules, version: version + 1 });
    },
    { signal },
  );
}

function changed(version: number): DomainError {
  return new DomainError(conflictingChange, "The policy was changed meanwhile.", {
    facts: { version },
  });
}
