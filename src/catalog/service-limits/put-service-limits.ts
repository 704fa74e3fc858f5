import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { PutOutcome } from "../put-outcome.ts";
import { changeServiceLimitIn } from "./change-service-limit.ts";
import { createServiceLimitIn } from "./create-service-limit.ts";
import { listLimitRows } from "./queries.ts";
import { retireServiceLimitIn } from "./retire-service-limit.ts";
import type { ServiceLimitFacts } from "./service-limit.ts";

/** More limits than a service sensibly has. */
const LIMITS_MAX = 1_000;

/**
 * Makes exactly these the limits of a service, in the caller's transaction. Limits that count the same thing over the
 * same period are the same limit; those not stated are lifted. May be repeated. Throws what `createServiceLimit` throws.
 */
export async function putServiceLimitsIn(
  trx: Trx,
  context: RequestContext,
  { serviceId, limits }: { readonly serviceId: string; readonly limits: readonly LimitOfService[] },
): Promise<PutOutcome[]> {
  const page = { after: "", countMax: LIMITS_MAX, serviceId, includesRetired: false };
  const left = new Map(
    (await listLimitRows(trx, context.tenant.id, page)).map((limit) => [meaningOf(limit), limit]),
  );
  const outcomes: PutOutcome[] = [];
  for (const limit of limits) {
    const known = left.get(meaningOf(limit));
    left.delete(meaningOf(limit));
    if (known) {
      const change = { count_max: limit.count_max };
      const next = await changeServiceLimitIn(trx, context, { id: known.id, change });
      outcomes.push(next.version === known.version ? "unchanged" : "changed");
    } else {
      await createServiceLimitIn(trx, context, { ...limit, service_id: serviceId });
      outcomes.push("created");
    }
  }
  for (const { id } of left.values()) {
    await retireServiceLimitIn(trx, context, id);
    outcomes.push("changed");
  }
  return outcomes;
}

/** A limit without the service it belongs to. */
export type LimitOfService = Omit<ServiceLimitFacts, "service_id">;

function meaningOf(limit: LimitOfService): string {
  return [limit.key_source, limit.counted, limit.period, limit.rolling_days].join("/");
}
