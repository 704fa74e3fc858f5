import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type Put, putOf } from "../put-outcome.ts";
import { changeSiteIn } from "./change-site.ts";
import { type CreateSite, createSiteIn } from "./create-site.ts";
import { findSiteRow } from "./queries.ts";

/**
 * Makes the site of this code be as stated, in the caller's transaction: creates it or changes what differs.
 * May be repeated. Throws what `createSite` and `changeSite` throw.
 */
export async function putSiteIn(
  trx: Trx,
  context: RequestContext,
  input: CreateSite,
): Promise<Put> {
  const { code, ...facts } = input;
  const known = await findSiteRow(trx, context.tenant.id, { id: null, code });
  if (!known) return { id: (await createSiteIn(trx, context, input)).id, outcome: "created" };
  return putOf(known, await changeSiteIn(trx, context, { id: known.id, change: facts }));
}
