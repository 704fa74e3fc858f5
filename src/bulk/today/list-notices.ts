import { idOrCode } from "../../catalog/id-or-code.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { findSiteOf, listNoticeRows, type NoticeRow } from "./place-queries.ts";

/**
 * What is closed at once at sites while it lasts, for everybody to see; of the sites named by id, or of all. Nothing is kept
 * in memory: it is gone when it is lifted or over.
 */
export async function listNotices(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  siteIds: readonly string[] | null,
): Promise<NoticeRow[]> {
  return db.inTenant(tenant.id, (trx) => listNoticeRows(trx, tenant.id, siteIds), {
    isReadOnly: true,
    signal,
  });
}

/** The same of one site by id or code. Throws `not-found`. */
export async function listNoticesOfSite(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  name: string,
): Promise<NoticeRow[]> {
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const site = await findSiteOf(trx, tenant.id, idOrCode(name));
      if (!site) throw new DomainError(notFound, "There is no such site.");
      return listNoticeRows(trx, tenant.id, [site.id]);
    },
    { isReadOnly: true, signal },
  );
}
