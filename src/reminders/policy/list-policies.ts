import type { Deps, RequestContext } from "../../context.ts";
import { policyView, type PolicyView, shippedPolicy } from "./policy-view.ts";
import { listPolicyRows } from "./queries.ts";

/** Lists the policy of all services first, shipped or stated, then those of single services. */
export async function listPolicies(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
): Promise<PolicyView[]> {
  const rows = await db.inTenant(tenant.id, (trx) => listPolicyRows(trx, tenant.id), {
    isReadOnly: true,
    signal,
  });
  const stated = rows.map(policyView);
  return stated.some((policy) => policy.service_id === null) ? stated : [shippedPolicy, ...stated];
}
