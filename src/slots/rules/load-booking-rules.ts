import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { BookingRules } from "./booking-rules.ts";
import {
  findStayMinutesMax,
  listResources,
  listServiceRules,
  listUnevenResourceIds,
} from "./queries.ts";

/**
 * Reads what decides about a visit for these services, on one site or on any.
 * Throws `not-found` when a service is missing, retired or another tenant's. Reads only; may be repeated.
 */
export async function loadBookingRules(
  trx: Trx,
  tenantId: string,
  wish: { readonly serviceIds: readonly string[]; readonly siteId: string | null },
): Promise<BookingRules> {
  const services = await listServiceRules(trx, tenantId, wish.serviceIds);
  if (services.length !== wish.serviceIds.length) {
    throw new DomainError(notFound, "There is no such service.", {
      facts: { parameter: "service" },
    });
  }
  const { sites, resources } = await listResources(trx, tenantId, wish.siteId);
  const candidates = resources.filter((one) =>
    one.offers.some((id) => wish.serviceIds.includes(id)),
  );
  const siteIds = new Set(candidates.map((one) => one.siteId));
  return {
    services,
    sites: sites.filter((site) => siteIds.has(site.id)),
    candidates,
    siteResources: resources.filter((one) => siteIds.has(one.siteId)),
    stayMinutesMax: await findStayMinutesMax(trx, tenantId),
    unevenResourceIds: await listUnevenResourceIds(trx, tenantId, wish.siteId),
  };
}
