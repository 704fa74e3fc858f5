import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { LocalHoliday } from "./local-holiday.ts";
import { findHolidayRow } from "./queries.ts";

/** One local holiday. Throws `not-found`. */
export async function getLocalHoliday(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<LocalHoliday> {
  const tenantId = context.tenant.id;
  const holiday = await deps.db.inTenant(tenantId, (trx) => findHolidayRow(trx, tenantId, id), {
    isReadOnly: true,
    signal: context.signal,
  });
  if (!holiday) throw new DomainError(notFound, "There is no such holiday.");
  return holiday;
}
