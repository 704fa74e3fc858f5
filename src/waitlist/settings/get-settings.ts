import { findServiceRow } from "../../catalog/services/queries.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { isId } from "../../http/text-schema.ts";
import { listSettings } from "./queries.ts";
import { defaultSettings, type ServiceWaitlist } from "./settings.ts";

/** How a service's waitlist works; `service` is an id or a code. Throws `not-found`. Reads only. */
export async function getWaitlistSettings(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  service: string,
): Promise<ServiceWaitlist> {
  return db.inTenant(
    tenant.id,
    async (trx) => settingsOf(trx, tenant.id, await serviceIdOf(trx, tenant.id, service)),
    { isReadOnly: true, signal },
  );
}

/** The same in the caller's transaction, by the service's id. */
export async function settingsOf(
  trx: Trx,
  tenantId: string,
  serviceId: string,
): Promise<ServiceWaitlist> {
  const [found] = await listSettings(trx, tenantId, [serviceId]);
  return found ?? { service_id: serviceId, version: 0, ...defaultSettings };
}

/** The id of a service named by id or code, retired ones too. Throws `not-found`. */
export async function serviceIdOf(trx: Trx, tenantId: string, service: string): Promise<string> {
  const name = isId(service) ? { id: service, code: null } : { id: null, code: service };
  const found = await findServiceRow(trx, tenantId, name);
  if (!found) throw new DomainError(notFound, "There is no such service.");
  return found.id;
}
