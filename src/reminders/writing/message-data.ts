import type { AppointmentView } from "../../appointments/schema.ts";
import type { Language, LocalizedText, Tenant } from "../../context.ts";
import type { MessageData } from "../../messages/content/content.ts";
import {
  amountInWords,
  feeInWords,
  momentInWords,
  nounWords,
  personsInWords,
  shortMomentInWords,
  visitWords,
  type WordStyle,
} from "../../messages/content/words.ts";
import type { MessageFacts } from "../../messages/store/planned-message.ts";
import { linksOf } from "./links.ts";
import { reasonInWords } from "./reason-words.ts";

/** What a site says of itself beyond the appointment's own view. */
export interface SiteWords {
  readonly name: LocalizedText;
  readonly directions: LocalizedText;
}

/** What a message is written from. */
export interface DataSource {
  readonly tenant: Tenant;
  readonly appointment: AppointmentView;
  readonly facts: MessageFacts;
  /** Of the template. */
  readonly language: Language;
  /** By id: the visit's own, and the one it was moved from. */
  readonly sites: ReadonlyMap<string, SiteWords>;
  readonly publicUrl: string;
  readonly token: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Everything a template may say of an appointment, in its language and on the wall clock of its site. Pure. */
export function messageDataOf(source: DataSource): MessageData {
  const { tenant, appointment, language } = source;
  const say = sayIn(source);
  const style: WordStyle = {
    language,
    country: tenant.holidayCountry,
    zone: appointment.site.time_zone,
  };
  const administration = say(tenant.name) ?? tenant.slug;
  const { site } = appointment;
  const noun = appointment.legs[0]?.service.noun ?? "appointment";
  const count = appointment.participants.filter((one) => one.cancelled_at === null).length;
  return {
    ...nounWords(noun, administration, style),
    ...visitWords(
      { startsAt: Date.parse(appointment.starts_at), endsAt: Date.parse(appointment.ends_at) },
      style,
    ),
    ...linksOf({ ...source, slug: tenant.slug }),
    ...papersOf(source, style),
    ...changeOf(source, style),
    administration,
    administration_phone: tenant.contact.phone,
    administration_email: tenant.contact.email,
    administration_url: tenant.contact.url,
    site: say(site.name),
    site_address: site.address || undefined,
    site_phone: site.phone || undefined,
    directions: say(source.sites.get(site.id)?.directions ?? {}),
    service: servicesOf(source),
    first_name: appointment.booker?.name.trim().split(/\s+/)[0],
    party: count > 1 ? personsInWords(count, style) : undefined,
    reference: appointment.reference,
    late_note: say(appointment.late_note),
  };
}

function sayIn({ language, tenant }: DataSource) {
  return (text: LocalizedText): string | undefined =>
    text[language] ?? text[tenant.defaultLanguage] ?? Object.values(text)[0];
}

function servicesOf(source: DataSource): string | undefined {
  const say = sayIn(source);
  const names = source.appointment.legs.flatMap((leg) => say(leg.service.name) ?? []);
  return names.length === 0 ? undefined : [...new Set(names)].join(", ");
}

/** What to bring and to pay, and until when one may still cancel. */
function papersOf(source: DataSource, style: WordStyle): Partial<MessageData> {
  const say = sayIn(source);
  const { appointment, now } = source;
  const { fees } = appointment;
  const currencies = new Set(fees.map((fee) => fee.currency));
  const [currency] = currencies;
  const total = fees.reduce((sum, fee) => sum + fee.amount_cents * fee.quantity, 0);
  const cancelUntil = Date.parse(appointment.can_cancel_until);
  return {
    documents: appointment.documents.flatMap((one) => say(one.label) ?? []),
    fees: fees.flatMap((fee) => {
      const label = say(fee.label);
      if (label === undefined) return [];
      return [feeInWords({ ...fee, label, amountCents: fee.amount_cents }, style)];
    }),
    fees_total:
      currency !== undefined && currencies.size === 1
        ? amountInWords(total, currency, style)
        : undefined,
    cancel_until: cancelUntil > now ? momentInWords(cancelUntil, style) : undefined,
  };
}

/** What was before, why it changed, and by when an answer is awaited. */
function changeOf(source: DataSource, style: WordStyle): Partial<MessageData> {
  const { facts, sites } = source;
  const say = sayIn(source);
  const oldStart = numberIn(facts, "old_starts_at");
  const old =
    oldStart === undefined
      ? undefined
      : visitWords({ startsAt: oldStart, endsAt: oldStart }, style);
  const oldSite = sites.get(String(facts["old_site_id"]));
  const isElsewhere = facts["old_site_id"] !== facts["site_id"];
  const answerBy = numberIn(facts, "answer_by");
  return {
    is_by_citizen: facts["by"] === "citizen",
    is_released_otherwise: facts["is_released"] === true,
    reason_text: reasonInWords(facts["reason"], style.language),
    ...(old === undefined
      ? {}
      : {
          old_date: old.date,
          old_date_short: old.date_short,
          old_time: old.time,
          old_site: oldSite && isElsewhere ? say(oldSite.name) : undefined,
        }),
    ...(answerBy === undefined
      ? {}
      : {
          until: momentInWords(answerBy, style),
          until_short: shortMomentInWords(answerBy, style),
        }),
  };
}

function numberIn(facts: MessageFacts, name: string): number | undefined {
  const value = facts[name];
  return typeof value === "number" ? value : undefined;
}
