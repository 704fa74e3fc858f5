import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { lockForChange } from "./lock-for-change.ts";
import { sealSecret } from "./open-endpoint.ts";
import { updateSecret } from "./queries.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

/** How long webhooks are signed with both secrets, in hours. */
const bothHours = 24;

/**
 * Gives an endpoint a new secret, shown this once. For a day webhooks are signed with both, so that the receiving system
 * can change over at any moment. Throws `not-found`.
 */
export async function rotateSecret(
  { db, vault }: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<string> {
  const { tenant, signal } = context;
  const secret = newWebhookSecret();
  const sealed = sealSecret(vault, { tenantId: tenant.id, endpointId: id }, secret);
  await db.inTenant(
    tenant.id,
    async (trx) => {
      const { version } = await lockForChange(trx, tenant.id, { id, version: undefined });
      await updateSecret(trx, tenant.id, { id, sealed, bothHours });
      await recordEvents(trx, context, [
        {
          kind: "webhook_endpoint.secret_rotated",
          subjectKind: "webhook_endpoint",
          subjectId: id,
          subjectVersion: version + 1,
          isRelayed: false,
        },
      ]);
    },
    { signal },
  );
  return secret;
}
