import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { codeTaken } from "../errors.ts";
import { checkServiceIn } from "./check-service.ts";
import { insertService } from "./queries.ts";
import type { Service, ServiceFacts } from "./service.ts";

export type CreateService = ServiceFacts & { readonly code: string };

/** Adds a service. Throws `code-taken`, and `invalid-request` when it contradicts itself. */
export async function createService(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateService,
): Promise<Service> {
  return deps.db.inTenant(context.tenant.id, (trx) => createServiceIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `createService` in the caller's transaction. */
export async function createServiceIn(
  trx: Trx,
  context: RequestContext,
  input: CreateService,
): Promise<Service> {
  await checkServiceIn(trx, context.tenant.id, input);
  const id = uuidv7();
  if (!(await insertService(trx, context.tenant.id, { ...input, id }))) {
    throw new DomainError(codeTaken, `There is already a service with the code ${input.code}.`);
  }
  await recordEvents(trx, context, [
    { kind: "service.created", subjectKind: "service", subjectId: id, isRelayed: false },
  ]);
  return { ...input, id, version: 1, is_retired: false };
}
