import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { conflictingChange, DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { serviceIdOf, settingsOf } from "./get-settings.ts";
import { writeSettings } from "./queries.ts";
import type { ServiceWaitlist, WaitlistSettings } from "./settings.ts";

/**
 * States how a service's waitlist works from now on; offers that are open stay as they were made. `version` is the one
 * that was seen, 0 where nothing was stated. Throws `not-found` and `conflicting-change`.
 */
export async function putWaitlistSettings(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  wish: { readonly service: string; readonly version: number; readonly settings: WaitlistSettings },
): Promise<ServiceWaitlist> {
  const { tenant, signal } = context;
  const { service, version, settings } = wish;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const serviceId = await serviceIdOf(trx, tenant.id, service);
      return putWaitlistSettingsIn(trx, context, { serviceId, version, settings });
    },
    { signal },
  );
}

/** The same in the caller's transaction, by the service's id. Throws `conflicting-change`. */
export async function putWaitlistSettingsIn(
  trx: Trx,
  context: RequestContext,
  wish: {
    readonly serviceId: string;
    readonly version: number;
    readonly settings: WaitlistSettings;
  },
): Promise<ServiceWaitlist> {
  const tenantId = context.tenant.id;
  const { serviceId, settings } = wish;
  const written = await writeSettings(trx, tenantId, {
    ...settings,
    service_id: serviceId,
    version: wish.version,
  });
  if (!written) {
    const { version } = await settingsOf(trx, tenantId, serviceId);
    throw new DomainError(conflictingChange, "The waitlist was changed meanwhile.", {
      facts: { version },
    });
  }
  await recordEvents(trx, context, [
    {
      kind: "waitlist.changed",
      subjectKind: "service",
      subjectId: serviceId,
      subjectVersion: written.version,
      body: { ...settings },
      isRelayed: true,
    },
  ]);
  return written;
}
