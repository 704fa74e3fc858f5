import type { Deps, RequestContext } from "../../../context.ts";
import { invalidRequest, DomainError } from "../../../errors.ts";
import { checkTemplate } from "../check-template.ts";
import type { TemplateContent } from "../message-template.ts";
import { type NamedPlace, resolvePlace } from "./resolve-place.ts";
import { type TemplateView, templateView } from "./template-view.ts";
import { writeVersion } from "./write-version.ts";

/** What an administration writes, and the version it saw; 0 where it had none of its own. */
export interface PutTemplate {
  readonly content: TemplateContent;
  readonly version: number;
}

/**
 * Writes an administration's own template as a new version; it holds for messages rendered from then on. Writing what
 * holds already changes nothing, so that it may be repeated. Throws `not-found`, `template-not-valid`,
 * `invalid-request` for the content of another channel, and `conflicting-change`.
 */
export async function putTemplate(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { named, input }: { readonly named: NamedPlace; readonly input: PutTemplate },
): Promise<TemplateView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const place = await resolvePlace(trx, tenantId, named);
      const { content, version: seen } = input;
      refuseOtherChannel(content, place.channel);
      checkTemplate(content, place);
      await writeVersion(trx, context, { place, seen, content, restoredFrom: null });
      return templateView(trx, tenantId, place);
    },
    { signal: context.signal },
  );
}

/** Throws `invalid-request` when a content is written for another channel than it is to be used in. */
export function refuseOtherChannel(content: TemplateContent, channel: string): void {
  if (content.channel === channel) return;
  const message = `must be the content of the channel ${channel}`;
  throw new DomainError(invalidRequest, "The content is that of another channel.", {
    facts: { errors: [{ in: "body", path: "content.channel", message }] },
  });
}
