import type { Deps, RequestContext } from "../../context.ts";
import {
  type NamedPolicy,
  policyView,
  type PolicyView,
  serviceIdOf,
  shippedPolicy,
} from "./policy-view.ts";
import { listPoliciesFor } from "./queries.ts";

/** The policy that holds for a service: its own, else that of all others, else the shipped one. Throws `not-found`. */
export async function getPolicy(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  named: NamedPolicy,
): Promise<PolicyView> {
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const serviceId = await serviceIdOf(trx, tenant.id, named);
      const rows = await listPoliciesFor(trx, tenant.id, serviceId === null ? [] : [serviceId]);
      const own = rows.find((row) => row.service_id === serviceId);
      const others = rows.find((row) => row.service_id === null);
      const found = own ?? others;
      return found ? policyView(found) : shippedPolicy;
    },
    { isReadOnly: true, signal },
  );
}
