import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { codeTaken } from "../errors.ts";
import { insertSite } from "./queries.ts";
import type { Site, SiteFacts } from "./site.ts";

export type CreateSite = SiteFacts & { readonly code: string };

/** Adds a place. Throws `code-taken`. */
export async function createSite(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateSite,
): Promise<Site> {
  return deps.db.inTenant(context.tenant.id, (trx) => createSiteIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `createSite` in the caller's transaction. */
export async function createSiteIn(
  trx: Trx,
  context: RequestContext,
  input: CreateSite,
): Promise<Site> {
  const id = uuidv7();
  if (!(await insertSite(trx, context.tenant.id, { ...input, id }))) {
    throw new DomainError(codeTaken, `There is already a site with the code ${input.code}.`);
  }
  await recordEvents(trx, context, [
    { kind: "site.created", subjectKind: "site", subjectId: id, isRelayed: false },
  ]);
  return { ...input, id, version: 1, is_retired: false };
}
