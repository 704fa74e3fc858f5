import type { Deps, RequestContext } from "../../context.ts";
import { listSummaries, type WaitlistSummary } from "./queries.ts";

/** Services on the list at most. */
const servicesMax = 1_000;

/** The waitlist of every service that can be booked, with how many wait and are asked. Reads only. */
export async function listWaitlists(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
): Promise<WaitlistSummary[]> {
  return db.inTenant(
    tenant.id,
    (trx) => listSummaries(trx, tenant.id, { serviceId: null, countMax: servicesMax }),
    { isReadOnly: true, signal },
  );
}
