/** What can be booked where, for the pages. */
import { getService } from "../catalog/services/get-service.ts";
import { listServices } from "../catalog/services/list-services.ts";
import type { Service } from "../catalog/services/service.ts";
import { listSites } from "../catalog/sites/list-sites.ts";
import type { Site } from "../catalog/sites/site.ts";
import type { Page } from "./page.ts";
import { listServedSites } from "./queries.ts";

/** A service with the sites where something serves it. */
export interface Offer {
  readonly service: Service;
  readonly sites: readonly Site[];
}

const pageLimit = 200;

/** What anybody may book; services by invitation and hidden ones are reached by their own address. */
export async function listOffers(page: Page): Promise<Offer[]> {
  const services = await everyItem((cursor) =>
    listServices(page.deps, page.context, { limit: pageLimit, cursor, includesAll: false }),
  );
  const sitesOf = await loadSites(page);
  return services
    .filter((service) => service.visibility === "public")
    .map((service) => ({ service, sites: sitesOf(service.id) }));
}

/** One service by the name in its address. Throws `not-found`. */
export async function getOffer(page: Page, name: string): Promise<Offer> {
  const service = await getService(page.deps, page.context, name);
  const sitesOf = await loadSites(page);
  return { service, sites: sitesOf(service.id) };
}

/** The service's name in addresses: hidden ones are found by their id only. */
export function addressOf(service: Pick<Service, "id" | "code" | "visibility">): string {
  return service.visibility === "hidden" ? service.id : service.code;
}

async function loadSites(page: Page): Promise<(serviceId: string) => Site[]> {
  const { deps, context } = page;
  const sites = await everyItem((cursor) =>
    listSites(deps, context, { limit: pageLimit, cursor, includesRetired: false }),
  );
  const served = await deps.db.inTenant(
    page.tenant.id,
    (trx) => listServedSites(trx, page.tenant.id),
    { isReadOnly: true, signal: context.signal },
  );
  return (serviceId) =>
    sites.filter((site) =>
      served.some((pair) => pair.service_id === serviceId && pair.site_id === site.id),
    );
}

async function everyItem<T>(
  load: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const part = await load(cursor);
    items.push(...part.items);
    cursor = part.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}
