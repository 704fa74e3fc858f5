import type { Deps, RequestContext } from "../../context.ts";
import { countAnswers } from "./queries.ts";

/** Figures of fewer answers than this could be read as a person's. */
const pooledMin = 5;

/** How a service's visits were rated. */
export interface ServiceRatings {
  readonly service_id: string;
  readonly answers: number;
  /** How many gave 1, 2, 3, 4 and 5; null where there are fewer than five answers. */
  readonly counts: readonly number[] | null;
}

/** Counts how the visits of a range of dates were rated, by service. */
export async function countRatings(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  range: { readonly from: string; readonly to: string },
): Promise<ServiceRatings[]> {
  const rows = await db.inTenant(tenant.id, (trx) => countAnswers(trx, tenant.id, range), {
    isReadOnly: true,
    signal,
  });
  return [...Map.groupBy(rows, (row) => row.service_id)].map(([serviceId, ofService]) => {
    const counts = [1, 2, 3, 4, 5].map(
      (rating) => ofService.find((row) => row.rating === rating)?.count ?? 0,
    );
    const answers = counts.reduce((sum, count) => sum + count, 0);
    return { service_id: serviceId, answers, counts: answers < pooledMin ? null : counts };
  });
}
