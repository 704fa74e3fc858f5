import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { changeable } from "../changeable.ts";
import { lockLimitRow, updateLimit } from "./queries.ts";
import type { ServiceLimit } from "./service-limit.ts";

export interface ChangeServiceLimit {
  readonly count_max: number;
  readonly version?: number | undefined;
}

/**
 * Raises or lowers a limit for bookings from now on; what is booked stays. What it counts and by whom cannot be
 * changed, because the counters would lie: retire it and create another. Throws `not-found`, `retired` and
 * `conflicting-change`.
 */
export async function changeServiceLimit(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeServiceLimit },
): Promise<ServiceLimit> {
  return deps.db.inTenant(context.tenant.id, (trx) => changeServiceLimitIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `changeServiceLimit` in the caller's transaction. */
export async function changeServiceLimitIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeServiceLimit },
): Promise<ServiceLimit> {
  const limit = changeable(await lockLimitRow(trx, context.tenant.id, id), change.version);
  if (limit.count_max === change.count_max) return limit;
  await updateLimit(trx, context.tenant.id, { id, countMax: change.count_max });
  await recordEvents(trx, context, [
    {
      kind: "service_limit.changed",
      subjectKind: "service_limit",
      subjectId: id,
      subjectVersion: limit.version + 1,
      body: { service_id: limit.service_id, count_max: change.count_max },
      isRelayed: false,
    },
  ]);
  return { ...limit, count_max: change.count_max, version: limit.version + 1 };
}
