import type { Composition } from "../../messages/sending/composition.ts";
import { judgeOffer, offerDataOf } from "./offer-messages.ts";
import { listOffered } from "./queries.ts";
import { orFail, quietOf, type Writer, written } from "./writer.ts";

/** Writes the messages about offers of the waitlist. */
export async function composeOffers(
  writer: Writer,
  compositions: Map<string, Composition>,
): Promise<void> {
  const { trx, options, request, settings } = writer;
  const messages = request.messages.filter((one) => one.subjectKind === "offer");
  if (messages.length === 0) return;
  const ids = messages.map((one) => one.subjectId);
  const offers = new Map(
    (await listOffered(trx, request.tenant.id, ids)).map((row) => [row.id, row]),
  );
  for (const message of messages) {
    const offer = offers.get(message.subjectId);
    if (!offer || message.channel === "webhook") {
      compositions.set(message.id, { verdict: "discard", reason: "missing" });
      continue;
    }
    const quiet = quietOf(settings, offer.site.time_zone);
    const judgement = judgeOffer(message.kind, offer, { now: request.now, quiet });
    const template = await writer.findTemplate({
      kind: message.kind,
      channel: message.channel,
      language: message.language,
      serviceIds: offer.service_ids,
    });
    const write = (): Composition => {
      const source = { ...options, tenant: request.tenant, offer, language: template.language };
      return written(writer, { template, data: offerDataOf(source), message });
    };
    compositions.set(message.id, judgement ?? orFail(writer, message, write));
  }
}
