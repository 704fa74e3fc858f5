import { idOrCode } from "../../catalog/id-or-code.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { DayMark } from "./day-mark.ts";
import { findDayMarkRow } from "./queries.ts";

/** One day mark by id or code, retired ones included. Throws `not-found`. */
export async function getDayMark(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  name: string,
): Promise<DayMark> {
  const tenantId = context.tenant.id;
  const found = await deps.db.inTenant(
    tenantId,
    (trx) => findDayMarkRow(trx, tenantId, idOrCode(name)),
    { isReadOnly: true, signal: context.signal },
  );
  if (!found) throw new DomainError(notFound, "There is no such day mark.");
  return found;
}
