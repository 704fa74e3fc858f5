import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { tooManyEndpoints } from "../errors.ts";
import type { WebhookKind } from "./endpoint.ts";
import { sealSecret } from "./open-endpoint.ts";
import { countEndpoints, type EndpointRow, insertEndpoint, lockEndpoint } from "./queries.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

/** A system that wants to be told. */
export interface CreateEndpoint {
  /** `https`, without a user or a fragment; where it may lead is judged at each sending. */
  readonly url: string;
  readonly kinds: readonly WebhookKind[];
}

const endpointsMax = 20;

/** Adds an endpoint; its secret is shown this once. Throws `too-many-endpoints` above twenty. */
export async function createEndpoint(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { url, kinds }: CreateEndpoint,
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const { tenant, signal } = context;
  const id = uuidv7();
  const secret = newWebhookSecret();
  const sealed = sealSecret(deps.vault, { tenantId: tenant.id, endpointId: id }, secret);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      if ((await countEndpoints(trx, tenant.id)) >= endpointsMax)
        throw new DomainError(tooManyEndpoints, "There are twenty endpoints already.");
      await insertEndpoint(trx, tenant.id, { id, url, kinds, secret_encrypted: sealed });
      await recordEvents(trx, context, [
        {
          kind: "webhook_endpoint.created",
          subjectKind: "webhook_endpoint",
          subjectId: id,
          body: { kinds },
          isRelayed: false,
        },
      ]);
      const endpoint = await lockEndpoint(trx, tenant.id, id);
      if (!endpoint) throw new Error("A new endpoint is missing");
      return { endpoint, secret };
    },
    { signal },
  );
}
