import type { Deps, RequestContext } from "../../../context.ts";
import { type NamedPlace, resolvePlace } from "./resolve-place.ts";
import { type TemplateView, templateView } from "./template-view.ts";

/** The template that holds at a place, whoever wrote it. Throws `not-found`. */
export async function getTemplate(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  named: NamedPlace,
): Promise<TemplateView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => templateView(trx, tenantId, await resolvePlace(trx, tenantId, named)),
    { isReadOnly: true, signal: context.signal },
  );
}
