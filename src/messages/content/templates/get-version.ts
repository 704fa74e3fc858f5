import type { Deps, RequestContext } from "../../../context.ts";
import { DomainError, notFound } from "../../../errors.ts";
import { findTemplateRow, findVersionRow, type VersionRow } from "../queries.ts";
import { type NamedPlace, resolvePlace } from "./resolve-place.ts";

/** One kept version of a place's own template. Throws `not-found`. */
export async function getVersion(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { named, version }: { readonly named: NamedPlace; readonly version: string },
): Promise<VersionRow> {
  const tenantId = context.tenant.id;
  const found = await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const row = await findTemplateRow(trx, tenantId, await resolvePlace(trx, tenantId, named));
      if (row === undefined || !/^[1-9]\d{0,8}$/.test(version)) return undefined;
      return findVersionRow(trx, tenantId, { templateId: row.id, version: Number(version) });
    },
    { isReadOnly: true, signal: context.signal },
  );
  if (found === undefined) throw new DomainError(notFound, "There is no such version.");
  return found;
}
