import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { applyChange, type Change } from "../changes.ts";
import { changeable } from "../changeable.ts";
import { lockSiteRow, updateSite } from "./queries.ts";
import { factsOfSite, factsThatMoveSlots, type Site, type SiteFacts } from "./site.ts";

export type ChangeSite = Change<SiteFacts>;

/**
 * Changes a place; a change that changes nothing writes nothing. A new zone or holiday calendar lets slots be
 * generated anew. Throws `not-found`, `retired` and `conflicting-change`.
 */
export async function changeSite(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeSite },
): Promise<Site> {
  return deps.db.inTenant(context.tenant.id, (trx) => changeSiteIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `changeSite` in the caller's transaction. */
export async function changeSiteIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeSite },
): Promise<Site> {
  const site = changeable(await lockSiteRow(trx, context.tenant.id, id), change.version);
  const { next, changedKeys } = applyChange(factsOfSite(site), change);
  if (changedKeys.length === 0) return site;
  await updateSite(trx, context.tenant.id, { id, facts: next });
  await recordEvents(trx, context, [
    {
      kind: "site.changed",
      subjectKind: "site",
      subjectId: id,
      subjectVersion: site.version + 1,
      body: { changed: changedKeys },
      isRelayed: changedKeys.some((key) => factsThatMoveSlots.includes(key)),
    },
  ]);
  return { ...site, ...next, version: site.version + 1 };
}
