import { listResources } from "../../catalog/resources/list-resources.ts";
import type { Resource } from "../../catalog/resources/resource.ts";
import { listSites } from "../../catalog/sites/list-sites.ts";
import type { Site } from "../../catalog/sites/site.ts";
import type { Option } from "../controls.ts";
import { sayPlain } from "../page.ts";
import type { AdminPage } from "./admin-env.ts";
import { collectPages } from "./collect-pages.ts";

/** The sites and resources of an administration, by code. */
export interface Places {
  readonly sites: readonly Site[];
  readonly resources: readonly Resource[];
}

/** Reads them; at most 1,000 each. */
export async function loadPlaces(page: AdminPage): Promise<Places> {
  const { deps, context } = page;
  const sites = await collectPages((request) =>
    listSites(deps, context, { ...request, includesRetired: false }),
  );
  const resources = await collectPages((request) =>
    listResources(deps, context, { ...request, siteId: null, includesRetired: false }),
  );
  return { sites, resources };
}

/** The name of a site; empty when there is none of this id. */
export function siteName(page: AdminPage, { sites }: Places, id: string): string {
  const site = sites.find((one) => one.id === id);
  return site ? sayPlain(page, site.name) : "";
}

/** The name of a resource after its site's; empty when there is none of this id. */
export function resourceName(page: AdminPage, places: Places, id: string): string {
  const resource = places.resources.find((one) => one.id === id);
  if (!resource) return "";
  return [siteName(page, places, resource.site_id), sayPlain(page, resource.name)].join(" · ");
}

/** The resources to choose from, site by site. */
export function resourceOptions(page: AdminPage, places: Places): Option[] {
  const bySite = places.sites.flatMap((site) =>
    places.resources.filter((resource) => resource.site_id === site.id),
  );
  return bySite.map(({ id }) => ({ value: id, label: resourceName(page, places, id) }));
}

/** The sites to choose from. */
export function siteOptions(page: AdminPage, places: Places): Option[] {
  return places.sites.map(({ id, name }) => ({ value: id, label: sayPlain(page, name) }));
}
