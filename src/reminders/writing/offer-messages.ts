import type { Language, LocalizedText, Tenant } from "../../context.ts";
import type { Vault } from "../../db/vault.ts";
import { waitlistToken } from "../../identity/waitlist-token.ts";
import type { MessageKind } from "../../messages/message-state.ts";
import type { MessageData } from "../../messages/content/content.ts";
import {
  momentInWords,
  nounWords,
  personsInWords,
  shortMomentInWords,
  visitWords,
  type WordStyle,
} from "../../messages/content/words.ts";
import { isQuiet, nextLoud, type QuietHours } from "../planning/quiet-hours.ts";
import type { Judgement } from "./judge-message.ts";
import type { OfferedRow } from "./queries.ts";

/** What a message about an offer is written from. */
export interface OfferSource {
  readonly tenant: Tenant;
  readonly offer: OfferedRow;
  /** Of the template. */
  readonly language: Language;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly vault: Pick<Vault, "mac">;
}

/**
 * Judges a message about an offer by what is true at this moment: nothing is offered that was answered or is over, nobody
 * who waits no longer is told that somebody was faster, and nothing is sent in the night. Pure.
 */
export function judgeOffer(
  kind: MessageKind,
  offer: Pick<OfferedRow, "status" | "entry_status" | "answer_by" | "starts_at">,
  { now, quiet }: { readonly now: number; readonly quiet: QuietHours },
): Judgement {
  const isLoss = kind === "waitlist_taken";
  const isOpen = offer.entry_status === "waiting" || offer.entry_status === "offered";
  const isTrue = isLoss ? offer.status === "superseded" && isOpen : offer.status === "offered";
  if (!isTrue) return { verdict: "discard", reason: "superseded" };
  const until = isLoss ? offer.starts_at : offer.answer_by;
  if (until.getTime() <= now) return { verdict: "discard", reason: "too_late" };
  if (!isQuiet(now, quiet)) return undefined;
  return { verdict: "postpone", until: nextLoud(now, quiet) };
}

/** Everything a template may say of an offer, in its language and on the wall clock of the site. */
export function offerDataOf({ tenant, offer, language, ...source }: OfferSource): MessageData {
  const say = (text: LocalizedText): string | undefined =>
    text[language] ?? text[tenant.defaultLanguage] ?? Object.values(text)[0];
  const style: WordStyle = {
    language,
    country: tenant.holidayCountry,
    zone: offer.site.time_zone,
  };
  const administration = say(tenant.name) ?? tenant.slug;
  const token = waitlistToken(source.vault, {
    tenantId: tenant.id,
    id: offer.entry_id,
    kid: offer.token_kid,
    version: offer.token_version,
  });
  const answerBy = offer.answer_by.getTime();
  return {
    ...nounWords(offer.services[0]?.noun ?? "appointment", administration, style),
    ...visitWords({ startsAt: offer.starts_at.getTime(), endsAt: offer.ends_at.getTime() }, style),
    administration,
    administration_phone: tenant.contact.phone,
    administration_email: tenant.contact.email,
    administration_url: tenant.contact.url,
    site: say(offer.site.name),
    site_address: offer.site.address || undefined,
    site_phone: offer.site.phone || undefined,
    directions: say(offer.site.directions),
    service: offer.services.flatMap((service) => say(service.name) ?? []).join(", ") || undefined,
    party: offer.party_size > 1 ? personsInWords(offer.party_size, style) : undefined,
    until: momentInWords(answerBy, style),
    until_short: shortMomentInWords(answerBy, style),
    offer_url: `${source.publicUrl}/w/${token}`,
  };
}
