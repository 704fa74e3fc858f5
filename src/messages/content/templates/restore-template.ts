import type { Deps, RequestContext } from "../../../context.ts";
import { DomainError, notFound } from "../../../errors.ts";
import { checkTemplate } from "../check-template.ts";
import { findTemplateRow, findVersionRow } from "../queries.ts";
import { type NamedPlace, resolvePlace } from "./resolve-place.ts";
import { type TemplateView, templateView } from "./template-view.ts";
import { writeVersion } from "./write-version.ts";

/** Which version is to hold again, and the one that the caller saw in force. */
export interface RestoreTemplate {
  readonly restored_version: number;
  readonly version: number;
}

/**
 * Makes an earlier version hold again, as a new version; one that put the shipped text back does so again. Throws
 * `not-found`, `conflicting-change`, and `template-not-valid` when what was allowed then no longer is.
 */
export async function restoreTemplate(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { named, input }: { readonly named: NamedPlace; readonly input: RestoreTemplate },
): Promise<TemplateView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const place = await resolvePlace(trx, tenantId, named);
      const current = await findTemplateRow(trx, tenantId, place);
      const { restored_version: version, version: seen } = input;
      const old =
        current && (await findVersionRow(trx, tenantId, { templateId: current.id, version }));
      if (old === undefined) throw new DomainError(notFound, "There is no such version.");
      const { content } = old;
      if (content !== null) checkTemplate(content, place);
      await writeVersion(trx, context, { place, seen, content, restoredFrom: version });
      return templateView(trx, tenantId, place);
    },
    { signal: context.signal },
  );
}
