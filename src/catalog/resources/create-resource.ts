import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { codeTaken, refusal } from "../errors.ts";
import { checkOfferedServicesIn } from "./check-offered-services.ts";
import { insertResource, lockLiveSite, replaceResourceServices } from "./queries.ts";
import { type Resource, type ResourceFacts, sortedIds } from "./resource.ts";

export type CreateResource = ResourceFacts & { readonly code: string; readonly site_id: string };

/** Adds a resource to a site. Throws `code-taken`, and `invalid-request` for an unknown or retired site or service. */
export async function createResource(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateResource,
): Promise<Resource> {
  return deps.db.inTenant(context.tenant.id, (trx) => createResourceIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `createResource` in the caller's transaction. */
export async function createResourceIn(
  trx: Trx,
  context: RequestContext,
  input: CreateResource,
): Promise<Resource> {
  const tenantId = context.tenant.id;
  if (!(await lockLiveSite(trx, tenantId, input.site_id))) {
    throw refusal([{ path: "site_id", message: "There is no such site." }]);
  }
  await checkOfferedServicesIn(trx, tenantId, input.service_ids);
  const resource = { ...input, id: uuidv7(), service_ids: sortedIds(input.service_ids) };
  if (!(await insertResource(trx, tenantId, resource))) {
    throw new DomainError(codeTaken, `There is already a resource with the code ${input.code}.`);
  }
  await replaceResourceServices(trx, tenantId, {
    id: resource.id,
    serviceIds: resource.service_ids,
  });
  await recordEvents(trx, context, [
    { kind: "resource.created", subjectKind: "resource", subjectId: resource.id, isRelayed: false },
  ]);
  return { ...resource, version: 1, is_retired: false };
}
