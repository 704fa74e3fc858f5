import { loadForChange } from "../../appointments/appointment-view.ts";
import { cancelIn } from "../../appointments/cancel-appointment.ts";
import type { Deps, RequestContext, Tenant } from "../../context.ts";
import { isRetryable, isUnavailability } from "../../db/faults.ts";
import { listUnconfirmed, lockUnconfirmed, updateReleased } from "./queries.ts";

const atOnceMax = 200;
/** Nobody loses a place who was asked later than this before the time for an answer ended. */
const askedHoursMin = 4;

/**
 * Gives the places away of citizens who were asked to say that they come and did not, where their service says so. The
 * question must have been handed over hours before, and not come back. One that fails does not hold up the others: an
 * AggregateError at the end says why. Returns how many; may be repeated and run anywhere.
 */
export async function releaseUnconfirmed(
  deps: Pick<Deps, "db" | "vault">,
  tenant: Tenant,
): Promise<number> {
  const context: RequestContext = {
    tenant,
    actor: { kind: "system" },
    requestId: "release-unconfirmed",
  };
  const ids = await deps.db.inTenant(
    tenant.id,
    (trx) => listUnconfirmed(trx, tenant.id, { askedHoursMin, countMax: atOnceMax }),
    { isReadOnly: true },
  );
  let count = 0;
  const faults: unknown[] = [];
  for (const id of ids) {
    try {
      if (await release(deps, context, id)) count += 1;
    } catch (error) {
      if (isUnavailability(error) && !isRetryable(error)) throw error;
      if (!isRetryable(error)) faults.push(error);
    }
  }
  if (faults.length > 0)
    throw new AggregateError(
      faults,
      `${faults.length} unconfirmed appointments cannot be released`,
    );
  return count;
}

async function release(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<boolean> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(tenantId, async (trx) => {
    const loaded = await loadForChange(trx, deps, { tenantId, id });
    if (loaded.row.status !== "booked") return false;
    // Judged again under the lock: the answer may have come in this moment.
    if (!(await lockUnconfirmed(trx, tenantId, id))) return false;
    await cancelIn(trx, { context, loaded, by: "system", reason: "not_confirmed" });
    await updateReleased(trx, tenantId, id);
    return true;
  });
}
