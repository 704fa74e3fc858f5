import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { type EndpointRow, listEndpointsById } from "./queries.ts";

/** Reads an endpoint, without its secret. Throws `not-found`, for deleted ones too. */
export async function getEndpoint(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  id: string,
): Promise<EndpointRow> {
  const [endpoint] = await db.inTenant(
    tenant.id,
    (trx) => listEndpointsById(trx, tenant.id, [id]),
    { isReadOnly: true, signal },
  );
  if (!endpoint) throw new DomainError(notFound, "There is no such webhook endpoint.");
  return endpoint;
}
