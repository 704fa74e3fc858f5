import { type Fault, refusal } from "../catalog/errors.ts";
import type { Trx } from "../db/database.ts";
import { dayNumberOf, toLocalDate } from "../time/local-date.ts";
import { findScope, type ScheduleScope } from "./queries.ts";

/** A dated exception of a resource, of a site, or (neither named) of the whole tenant. */
export interface DatedScope {
  readonly site_id: string | null;
  readonly resource_id: string | null;
  readonly starts_on: string;
  readonly ends_on: string;
}

const DAYS_MAX = 366;

/** Whom a dated exception concerns. */
export function scopeOf({ site_id: siteId, resource_id: resourceId }: DatedScope): ScheduleScope {
  return { siteId, resourceId };
}

/** Refuses dates in the wrong order and scopes that do not exist. Throws `invalid-request`. */
export async function checkDatedScope(
  trx: Trx,
  tenantId: string,
  dated: DatedScope,
): Promise<void> {
  const faults = datedFaults(dated);
  if (faults.length > 0) throw refusal(faults);
  const { hasSite, hasResource } = await findScope(trx, tenantId, scopeOf(dated));
  if (dated.site_id !== null && !hasSite) {
    throw refusal([{ path: "site_id", message: "there is no such site" }]);
  }
  if (dated.resource_id !== null && !hasResource) {
    throw refusal([{ path: "resource_id", message: "there is no such resource" }]);
  }
}

function datedFaults(dated: DatedScope): Fault[] {
  const days = dayNumberOf(toLocalDate(dated.ends_on)) - dayNumberOf(toLocalDate(dated.starts_on));
  const faults: Fault[] = [];
  if (days < 0) faults.push({ path: "ends_on", message: "must not be before starts_on" });
  if (days > DAYS_MAX) {
    faults.push({ path: "ends_on", message: `must be at most ${DAYS_MAX} days after starts_on` });
  }
  if (dated.site_id !== null && dated.resource_id !== null) {
    faults.push({ path: "site_id", message: "names a site and a resource; one is enough" });
  }
  return faults;
}
