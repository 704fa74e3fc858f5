import { listServices } from "../../../catalog/services/list-services.ts";
import { sayPlain } from "../../page.ts";
import { listServedSites } from "../../queries.ts";
import type { AdminPage } from "../admin-env.ts";
import { collectPages } from "../collect-pages.ts";
import { type Places, siteName } from "../places.ts";

/** A service at a site where something serves it, with what it is called there. */
export interface Served {
  readonly siteId: string;
  readonly serviceId: string;
  readonly name: string;
}

/** What is served where, by the sites' codes; at most 1,000 services. */
export async function loadServed(page: AdminPage, places: Places): Promise<Served[]> {
  const { deps, context, tenant } = page;
  const services = await collectPages((request) =>
    listServices(deps, context, { ...request, includesAll: true }),
  );
  const pairs = await deps.db.inTenant(tenant.id, (trx) => listServedSites(trx, tenant.id), {
    isReadOnly: true,
    signal: context.signal,
  });
  return places.sites.flatMap(({ id: siteId }) =>
    services
      .filter((one) => pairs.some((pair) => pair.site_id === siteId && pair.service_id === one.id))
      .map(({ id: serviceId, name }) => ({
        siteId,
        serviceId,
        name: [siteName(page, places, siteId), sayPlain(page, name)].join(" · "),
      })),
  );
}
