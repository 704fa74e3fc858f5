import type { Deps, RequestContext } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import { recordEvents } from "../events/record-events.ts";
import { revokeApiKeyRow } from "./queries.ts";

/** Revokes a key for good; it stops working within a second. May be repeated. Throws `not-found`. */
export async function revokeApiKey(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const wasGood = await revokeApiKeyRow(trx, tenantId, id);
      if (wasGood === undefined)
        throw new DomainError(notFound, "There is nothing at this address.");
      if (!wasGood) return;
      await recordEvents(trx, context, [
        { kind: "api_key.revoked", subjectKind: "api_key", subjectId: id, isRelayed: false },
      ]);
    },
    { signal: context.signal },
  );
}
