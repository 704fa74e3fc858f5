import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import type { WebhookKind } from "./endpoint.ts";
import { lockForChange } from "./lock-for-change.ts";
import { type EndpointRow, lockEndpoint, updateEndpoint } from "./queries.ts";

/** What is to be otherwise, and the version that the caller saw. */
export interface ChangeEndpoint {
  readonly url?: string | undefined;
  readonly kinds?: readonly WebhookKind[] | undefined;
  /** Off by hand, or on again: what failed meanwhile can be replayed. */
  readonly is_active?: boolean | undefined;
  readonly version: number;
}

/** Changes an endpoint, switches it off or on. Throws `not-found` and `conflicting-change`. */
export async function changeEndpoint(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeEndpoint },
): Promise<EndpointRow> {
  const { tenant, signal } = context;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const endpoint = await lockForChange(trx, tenant.id, { id, version: change.version });
      const isActive = change.is_active ?? endpoint.status === "active";
      await updateEndpoint(trx, tenant.id, {
        id,
        url: change.url ?? endpoint.url,
        kinds: change.kinds ?? endpoint.kinds,
        status: isActive ? "active" : "disabled",
        disabled_reason: isActive ? null : (endpoint.disabled_reason ?? "by_hand"),
      });
      return noted(trx, context, endpoint);
    },
    { signal },
  );
}

async function noted(trx: Trx, context: RequestContext, before: EndpointRow): Promise<EndpointRow> {
  await recordEvents(trx, context, [
    {
      kind: "webhook_endpoint.changed",
      subjectKind: "webhook_endpoint",
      subjectId: before.id,
      subjectVersion: before.version + 1,
      isRelayed: false,
    },
  ]);
  const after = await lockEndpoint(trx, context.tenant.id, before.id);
  if (!after) throw new Error("A changed endpoint is missing");
  return after;
}
