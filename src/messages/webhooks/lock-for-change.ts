import type { Trx } from "../../db/database.ts";
import { conflictingChange, DomainError, notFound } from "../../errors.ts";
import { type EndpointRow, lockEndpoint } from "./queries.ts";

/** Locks an endpoint for a change. Throws `not-found`, and `conflicting-change` for another version than stated. */
export async function lockForChange(
  trx: Trx,
  tenantId: string,
  { id, version }: { readonly id: string; readonly version: number | undefined },
): Promise<EndpointRow> {
  const endpoint = await lockEndpoint(trx, tenantId, id);
  if (!endpoint) throw new DomainError(notFound, "There is no such webhook endpoint.");
  if (version !== undefined && endpoint.version !== version) {
    throw new DomainError(conflictingChange, "The endpoint was changed meanwhile.", {
      facts: { version: endpoint.version },
    });
  }
  return endpoint;
}
