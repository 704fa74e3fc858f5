import { createBriefCache } from "../../identity/brief-cache.ts";
import type { Database, Trx } from "../../db/database.ts";
import type { BookingRules } from "./booking-rules.ts";
import { loadBookingRules } from "./load-booking-rules.ts";
import { hasCeilings } from "./queries.ts";
import { resolveNames } from "./resolve-names.ts";

/** What decides about visits of some services on one site, apart from the state of slots. */
export interface VisitRules {
  readonly serviceIds: readonly string[];
  readonly siteId: string;
  readonly rules: BookingRules;
  /** Whether any opening of the candidates has ceilings. */
  readonly hasCeilings: boolean;
}

/** How old remembered rules may be. Slots, which decide what is free, are never remembered. */
const ttlMs = 1_000;
const entriesMax = 2_000;

/** Reads the rules of visits, each at most once a second per tenant, services and site. Throws `not-found`. */
export function createVisitRulesReader(db: Database) {
  const cache = createBriefCache<VisitRules>({ ttlMs, entriesMax });
  return (
    tenantId: string,
    names: { readonly services: readonly string[]; readonly site: string },
  ): Promise<VisitRules> =>
    cache.get([tenantId, names.site, ...names.services].join("/"), () =>
      db.inTenant(tenantId, (trx) => readVisitRules(trx, tenantId, names), { isReadOnly: true }),
    );
}

async function readVisitRules(
  trx: Trx,
  tenantId: string,
  names: { readonly services: readonly string[]; readonly site: string },
): Promise<VisitRules> {
  const { serviceIds, siteId } = await resolveNames(trx, tenantId, names);
  const rules = await loadBookingRules(trx, tenantId, { serviceIds, siteId });
  const resourceIds = rules.candidates.map((one) => one.resourceId);
  return { serviceIds, siteId, rules, hasCeilings: await hasCeilings(trx, tenantId, resourceIds) };
}
