import type { Deps, Tenant } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { disableFailing } from "./queries.ts";

/** An endpoint that took nothing for so long is switched off. */
const failingHours = 72;

/**
 * Switches off endpoints that have failed for three days, with an audit event and `disabled_reason: failing` as the
 * notice. Returns how many; may be repeated and run anywhere.
 */
export async function disableFailingEndpoints(
  { db }: Pick<Deps, "db">,
  tenant: Tenant,
): Promise<number> {
  return db.inTenant(tenant.id, async (trx) => {
    const disabled = await disableFailing(trx, tenant.id, failingHours);
    const context = { tenant, actor: { kind: "system" }, requestId: "disable-failing" } as const;
    await recordEvents(
      trx,
      context,
      disabled.map(({ id, version }) => ({
        kind: "webhook_endpoint.disabled" as const,
        subjectKind: "webhook_endpoint",
        subjectId: id,
        subjectVersion: version,
        body: { reason: "failing" },
        isRelayed: false,
      })),
    );
    return disabled.length;
  });
}
