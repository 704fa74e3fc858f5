import type { Deps, RequestContext } from "../../../context.ts";
import { type NamedPlace, resolvePlace } from "./resolve-place.ts";
import { type TemplateView, templateView } from "./template-view.ts";
import { writeVersion } from "./write-version.ts";

/**
 * Ends an administration's own template, so that the next more general one holds; its versions stay readable. May be
 * repeated. Throws `not-found`, and `conflicting-change` when `version` is stated and another one is there.
 */
export async function removeTemplate(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { named, version }: { readonly named: NamedPlace; readonly version?: number | undefined },
): Promise<TemplateView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const place = await resolvePlace(trx, tenantId, named);
      await writeVersion(trx, context, { place, seen: version, content: null, restoredFrom: null });
      return templateView(trx, tenantId, place);
    },
    { signal: context.signal },
  );
}
