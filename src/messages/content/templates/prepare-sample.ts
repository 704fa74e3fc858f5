import type { Deps, RequestContext } from "../../../context.ts";
import { checkTemplate } from "../check-template.ts";
import { renderEmail, renderSms, type RenderedEmail, type RenderedSms } from "../content.ts";
import type { TemplateContent } from "../message-template.ts";
import { prepareEmail, prepareSms } from "../prepared-template.ts";
import { sampleData } from "../sample-data.ts";
import { splitSms } from "../sms/split-sms.ts";
import { refuseOtherChannel } from "./put-template.ts";
import { type NamedPlace, type ResolvedPlace, resolvePlace } from "./resolve-place.ts";
import { templateView } from "./template-view.ts";

/** What a sample is made of. */
export interface SampleRequest {
  readonly named: NamedPlace;
  /** A draft that need not be saved; what holds when absent. */
  readonly content?: TemplateContent | undefined;
  /** Whether an SMS is written so that it fits GSM-7 where it can. */
  readonly transliterate: boolean;
  /** Where the service is reached. */
  readonly publicUrl: string;
}

/** A message with made-up data, ready to be shown or sent as a test. */
export type Sample =
  | { readonly channel: "email"; readonly email: RenderedEmail }
  | { readonly channel: "sms"; readonly sms: RenderedSms; readonly partTexts: readonly string[] };

/**
 * Renders a template, or a draft of one, with made-up data. Sends and writes nothing. Throws `not-found`,
 * `invalid-request` for the content of another channel, and `template-not-valid`.
 */
export async function prepareSample(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: SampleRequest,
): Promise<Sample> {
  const tenantId = context.tenant.id;
  const { place, content } = await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const found = await resolvePlace(trx, tenantId, request.named);
      const draft = request.content ?? (await templateView(trx, tenantId, found)).content;
      return { place: found, content: draft };
    },
    { isReadOnly: true, signal: context.signal },
  );
  refuseOtherChannel(content, place.channel);
  checkTemplate(content, place);
  return render(content, { place, context, request });
}

function render(
  content: TemplateContent,
  {
    place,
    context,
    request,
  }: { place: ResolvedPlace; context: RequestContext; request: SampleRequest },
): Sample {
  const { kind, language, serviceName } = place;
  const { tenant } = context;
  const data = sampleData({ language, tenant, serviceName, publicUrl: request.publicUrl });
  if (content.channel === "email") {
    return { channel: "email", email: renderEmail(prepareEmail(kind, content), data, language) };
  }
  const sms = renderSms(prepareSms(kind, content), data, request);
  return { channel: "sms", sms, partTexts: splitSms(sms.text).parts };
}
