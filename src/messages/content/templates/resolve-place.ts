import { languages, type LocalizedText } from "../../../context.ts";
import type { Trx } from "../../../db/database.ts";
import { DomainError, notFound } from "../../../errors.ts";
import { isId } from "../../../http/text-schema.ts";
import { messageKinds } from "../../message.ts";
import { templateChannels, type TemplatePlace } from "../message-template.ts";
import { findServiceRow } from "../queries.ts";

/** What an address names: words of a path, and a service by id or code. */
export interface NamedPlace {
  readonly kind: string;
  readonly channel: string;
  readonly language: string;
  readonly service?: string | undefined;
}

/** A place with the name of its service, for checks and samples. */
export interface ResolvedPlace extends TemplatePlace {
  readonly serviceName?: LocalizedText | undefined;
}

/** The place that an address names. Throws `not-found` for what messages do not have, and for an unknown service. */
export async function resolvePlace(
  trx: Trx,
  tenantId: string,
  named: NamedPlace,
): Promise<ResolvedPlace> {
  const kind = messageKinds.find((known) => known === named.kind);
  const channel = templateChannels.find((known) => known === named.channel);
  const language = languages.find((known) => known === named.language);
  if (kind === undefined || channel === undefined || language === undefined)
    throw new DomainError(notFound, "There is no such template.");
  const place = { kind, channel, language };
  if (named.service === undefined) return { ...place, serviceId: null };
  const { service } = named;
  const name = isId(service) ? { id: service, code: null } : { id: null, code: service };
  const found = await findServiceRow(trx, tenantId, name);
  if (found === undefined) throw new DomainError(notFound, "There is no such template.");
  return { ...place, serviceId: found.id, serviceName: found.name };
}
