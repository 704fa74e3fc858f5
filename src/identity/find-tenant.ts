import type { Deps, Tenant } from "../context.ts";
import { createBriefCache } from "./brief-cache.ts";
import { findTenantById, findTenantBySlug } from "./queries.ts";
import { tenantOf } from "./tenant.ts";

const slugShape = /^[a-z0-9][a-z0-9-]{1,62}$/;
const ttlMs = 1_000;
const entriesMax = 1_000;

/** Finds the tenant of an address; what it found, or that there is none, may be one second old. */
export function createTenantFinder({
  db,
}: Pick<Deps, "db">): (slug: string) => Promise<Tenant | undefined> {
  const known = createBriefCache<Tenant | undefined>({ ttlMs, entriesMax });
  const load = async (slug: string): Promise<Tenant | undefined> => {
    const row = await db.inSystem((trx) => findTenantBySlug(trx, slug), { isReadOnly: true });
    return row && tenantOf(row);
  };
  return async (slug) => (slugShape.test(slug) ? known.get(slug, () => load(slug)) : undefined);
}

/** Finds a tenant by its id, for work that only carries ids; what it found may be one second old. */
export function createTenantReader({
  db,
}: Pick<Deps, "db">): (id: string) => Promise<Tenant | undefined> {
  const known = createBriefCache<Tenant | undefined>({ ttlMs, entriesMax });
  const load = async (id: string): Promise<Tenant | undefined> => {
    const row = await db.inTenant(id, (trx) => findTenantById(trx, id), { isReadOnly: true });
    return row && tenantOf(row);
  };
  return (id) => known.get(id, () => load(id));
}
