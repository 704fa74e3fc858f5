import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { stillInUse } from "../errors.ts";
import { listResourceCodesOfSite, lockSiteRow, retireSiteRow } from "./queries.ts";

/**
 * Retires a place: it is not offered any more and its appointments stay. May be repeated.
 * Throws `not-found`, and `still-in-use` while it has resources.
 */
export async function retireSite(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  await deps.db.inTenant(context.tenant.id, (trx) => retireSiteIn(trx, context, id), {
    signal: context.signal,
  });
}

/** `retireSite` in the caller's transaction. */
export async function retireSiteIn(trx: Trx, context: RequestContext, id: string): Promise<void> {
  const tenantId = context.tenant.id;
  const site = await lockSiteRow(trx, tenantId, id);
  if (!site) throw new DomainError(notFound, "There is no such site.");
  if (site.is_retired) return;
  const resources = await listResourceCodesOfSite(trx, tenantId, id);
  if (resources.length > 0) {
    throw new DomainError(stillInUse, `The site still has the resource ${resources[0]}.`, {
      facts: { used_by: resources },
    });
  }
  await retireSiteRow(trx, tenantId, id);
  await recordEvents(trx, context, [
    {
      kind: "site.retired",
      subjectKind: "site",
      subjectId: id,
      subjectVersion: site.version + 1,
      isRelayed: false,
    },
  ]);
}
