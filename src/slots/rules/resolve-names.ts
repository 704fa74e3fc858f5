import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { findSiteId, listServiceIds } from "./queries.ts";

/** Services and site as a caller names them: by id or by code. */
export interface VisitNames {
  readonly services: readonly string[];
  readonly site: string | null;
}

/** Finds the ids that names stand for. Throws `not-found` naming the parameter; foreign and missing look the same. */
export async function resolveNames<Site extends string | null>(
  trx: Trx,
  tenantId: string,
  names: VisitNames & { readonly site: Site },
): Promise<{ serviceIds: string[]; siteId: string | Extract<Site, null> }>;
export async function resolveNames(
  trx: Trx,
  tenantId: string,
  names: VisitNames,
): Promise<{ serviceIds: string[]; siteId: string | null }> {
  const serviceIds = await listServiceIds(trx, tenantId, names.services);
  if (serviceIds.length !== names.services.length) {
    throw new DomainError(notFound, "There is no such service.", {
      facts: { parameter: "service" },
    });
  }
  if (names.site === null) return { serviceIds, siteId: null };
  const siteId = await findSiteId(trx, tenantId, names.site);
  if (siteId === undefined)
    throw new DomainError(notFound, "There is no such site.", { facts: { parameter: "site" } });
  return { serviceIds, siteId };
}
