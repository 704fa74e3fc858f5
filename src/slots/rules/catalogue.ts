import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { BookingRules, Candidate, ServiceRule, SiteRule } from "./booking-rules.ts";
import {
  findStayMinutesMax,
  listResources,
  listServiceNames,
  listServiceRules,
  listSites,
  listUnevenResourceIds,
} from "./queries.ts";
import type { VisitNames } from "./resolve-names.ts";

/** The active services, sites and resources of a tenant, as far as they decide about visits. */
export interface Catalogue {
  /** By id and by code. */
  readonly services: ReadonlyMap<string, ServiceRule>;
  readonly siteIds: ReadonlyMap<string, string>;
  readonly sites: ReadonlyMap<string, SiteRule>;
  /** By code. */
  readonly resources: readonly Candidate[];
  readonly stayMinutesMax: number;
  readonly unevenResourceIds: ReadonlySet<string>;
}

/** Reads the catalogue of a tenant. Reads only; may be repeated. */
export async function loadCatalogue(trx: Trx, tenantId: string): Promise<Catalogue> {
  const names = await listServiceNames(trx, tenantId);
  const serviceIds = names.map((name) => name.id);
  const rules = new Map(
    (await listServiceRules(trx, tenantId, serviceIds)).map((rule) => [rule.id, rule]),
  );
  const services = new Map<string, ServiceRule>();
  for (const { id, code } of names) {
    const rule = rules.get(id);
    if (rule) services.set(id, rule).set(code, rule);
  }
  const sites = await listSites(trx, tenantId);
  return {
    services,
    siteIds: new Map(sites.flatMap(({ id, code }) => [[id, id] as const, [code, id] as const])),
    sites: new Map(sites.map(({ id, timeZone }) => [id, { id, timeZone }])),
    resources: (await listResources(trx, tenantId, null)).resources,
    stayMinutesMax: await findStayMinutesMax(trx, tenantId),
    unevenResourceIds: await listUnevenResourceIds(trx, tenantId, null),
  };
}

/** Whether a catalogue has everything that is named. */
export function isNamed({ services, siteIds }: Catalogue, names: VisitNames): boolean {
  const isKnownSite = names.site === null || siteIds.has(names.site);
  return isKnownSite && names.services.every((name) => services.has(name));
}

/**
 * What decides about a visit for these services, on one site or on any. Throws `not-found` naming the parameter for
 * names that are missing, retired or another tenant's.
 */
export function rulesOf(catalogue: Catalogue, names: VisitNames): BookingRules {
  const services = names.services.map((name) => {
    const rule = catalogue.services.get(name);
    if (rule) return rule;
    throw new DomainError(notFound, "There is no such service.", {
      facts: { parameter: "service" },
    });
  });
  const siteId = names.site === null ? null : catalogue.siteIds.get(names.site);
  if (siteId === undefined) {
    throw new DomainError(notFound, "There is no such site.", { facts: { parameter: "site" } });
  }
  const serviceIds = new Set(services.map((service) => service.id));
  const candidates = catalogue.resources.filter(
    (one) =>
      (siteId === null || one.siteId === siteId) && one.offers.some((id) => serviceIds.has(id)),
  );
  const siteIds = new Set(candidates.map((one) => one.siteId));
  const sites = [...siteIds].flatMap((id) => catalogue.sites.get(id) ?? []);
  const { stayMinutesMax, unevenResourceIds } = catalogue;
  const siteResources = catalogue.resources.filter((one) => siteIds.has(one.siteId));
  return { services, sites, candidates, siteResources, stayMinutesMax, unevenResourceIds };
}
