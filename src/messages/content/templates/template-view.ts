import type { Language } from "../../../context.ts";
import type { Trx } from "../../../db/database.ts";
import type {
  MessageKind,
  TemplateChannel,
  TemplateContent,
  TemplatePlace,
} from "../message-template.ts";
import { findTemplateRow } from "../queries.ts";
import { shippedContent } from "../shipped/shipped.ts";

/** A template as it holds at a place. */
export interface TemplateView {
  readonly kind: MessageKind;
  readonly channel: TemplateChannel;
  readonly language: Language;
  /** Of the service it was asked for; null for all. */
  readonly service_id: string | null;
  /** Whose text holds: that of this service, of the administration, or the shipped one. */
  readonly origin: "service" | "tenant" | "shipped";
  /** Of the administration's own template at exactly this place; 0 where there never was one. */
  readonly version: number;
  readonly content: TemplateContent;
}

/** Reads what holds at a place, in exactly its language. */
export async function templateView(
  trx: Trx,
  tenantId: string,
  { kind, channel, language, serviceId }: TemplatePlace,
): Promise<TemplateView> {
  const place = { kind, channel, language };
  const own = await findTemplateRow(trx, tenantId, { ...place, serviceId });
  const view = { ...place, service_id: serviceId, version: own?.version ?? 0 };
  const ownOrigin = serviceId === null ? "tenant" : "service";
  if (own?.content) return { ...view, origin: ownOrigin, content: own.content };
  const general =
    serviceId === null
      ? undefined
      : await findTemplateRow(trx, tenantId, { ...place, serviceId: null });
  if (general?.content) return { ...view, origin: "tenant", content: general.content };
  return { ...view, origin: "shipped", content: shippedContent(kind, channel, language) };
}
