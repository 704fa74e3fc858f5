import type { Language, LocalizedText, Tenant } from "../../context.ts";
import { type LocalDate, toLocalDate } from "../../time/local-date.ts";
import { toLocalTime } from "../../time/local-time.ts";
import { instantOfWallTime } from "../../time/wall-clock.ts";
import type { MessageData } from "./content.ts";
import {
  amountInWords,
  feeInWords,
  momentInWords,
  nounWords,
  personsInWords,
  shortMomentInWords,
  visitWords,
  type WordStyle,
} from "./words.ts";

/** Whose message the sample is to be. */
export interface SampleOf {
  readonly language: Language;
  readonly tenant: Pick<
    Tenant,
    "name" | "defaultLanguage" | "contact" | "timeZone" | "holidayCountry"
  >;
  /** Where the service is reached; the length of links decides on the parts of an SMS. */
  readonly publicUrl: string;
  /** Name of the service it is about; an identity card when absent. */
  readonly serviceName?: LocalizedText | undefined;
}

const texts = {
  it: {
    site: "Municipio",
    address: "Piazza della Repubblica 1",
    directions: "Ingresso laterale, primo piano, ascensore.",
    service: "Carta d’identità elettronica",
    firstName: "Maria",
    documents: ["Carta d’identità precedente", "Una fototessera recente", "Tessera sanitaria"],
    fee: "Carta d’identità",
    lateNote: "La aspettiamo dieci minuti; poi tocca alla persona successiva.",
    reason: "guasto dell’impianto elettrico",
    notice: "Gli uffici restano chiusi per un guasto. La contatteremo per un nuovo orario.",
  },
  de: {
    site: "Rathaus",
    address: "Rathausplatz 1",
    directions: "Seiteneingang, erster Stock, Aufzug vorhanden.",
    service: "Elektronische Identitätskarte",
    firstName: "Maria",
    documents: ["Bisherige Identitätskarte", "Ein aktuelles Passfoto", "Gesundheitskarte"],
    fee: "Identitätskarte",
    lateNote: "Wir warten zehn Minuten; danach ist die nächste Person an der Reihe.",
    reason: "Stromausfall",
    notice:
      "Die Büros bleiben wegen einer Störung geschlossen. Wir melden uns mit einer neuen Zeit.",
  },
  fr: {
    site: "Mairie",
    address: "1 place de la République",
    directions: "Entrée latérale, premier étage, ascenseur.",
    service: "Carte d’identité électronique",
    firstName: "Marie",
    documents: ["Ancienne carte d’identité", "Une photo récente", "Carte Vitale"],
    fee: "Carte d’identité",
    lateNote: "Nous attendons dix minutes, puis c’est au tour de la personne suivante.",
    reason: "panne électrique",
    notice:
      "Les bureaux restent fermés en raison d’une panne. Nous vous proposerons un autre horaire.",
  },
  en: {
    site: "Town hall",
    address: "1 Republic Square",
    directions: "Side entrance, first floor, lift.",
    service: "Electronic identity card",
    firstName: "Mary",
    documents: ["Previous identity card", "A recent photo", "Health card"],
    fee: "Identity card",
    lateNote: "We wait ten minutes; then it is the next person's turn.",
    reason: "power cut",
    notice: "The offices stay closed because of a fault. We will contact you with another time.",
  },
} as const;

const visitDate = toLocalDate("2027-03-03");
const oldDate = toLocalDate("2027-03-01");
const deadlineDate = toLocalDate("2027-03-02");

/** Data of a made-up visit, with everything that messages may say; the same each time. */
export function sampleData({ language, tenant, publicUrl, serviceName }: SampleOf): MessageData {
  const { contact, timeZone: zone, holidayCountry: country } = tenant;
  const style: WordStyle = { language, country, zone };
  const administration = textIn(tenant.name, language, tenant.defaultLanguage);
  const words = texts[language];
  const fee = { label: words.fee, amountCents: 2_221, currency: "EUR", quantity: 2 };
  const { startsAt: deadlineAt } = visitOn(deadlineDate, zone);
  const deadline = momentInWords(deadlineAt, style);
  const old = visitWords(visitOn(oldDate, zone), style);
  return {
    ...nounWords("appointment", administration, style),
    ...visitWords(visitOn(visitDate, zone), style),
    administration,
    administration_phone: contact.phone ?? "0471 000000",
    administration_email: contact.email ?? "info@example.org",
    administration_url: contact.url ?? "https://www.example.org",
    site: words.site,
    site_address: words.address,
    site_phone: "0471 000001",
    directions: words.directions,
    service:
      serviceName === undefined
        ? words.service
        : textIn(serviceName, language, tenant.defaultLanguage),
    first_name: words.firstName,
    party: personsInWords(2, style),
    reference: "H7KC-93TX",
    documents: words.documents,
    fees: [feeInWords(fee, style)],
    fees_total: amountInWords(4_442, "EUR", style),
    late_note: words.lateNote,
    cancel_until: deadline,
    until: deadline,
    until_short: shortMomentInWords(deadlineAt, style),
    is_released_otherwise: true,
    is_by_citizen: false,
    old_date: old.date,
    old_date_short: old.date_short,
    old_time: old.time,
    old_site: words.site,
    reason_text: words.reason,
    notice_text: words.notice,
    ...sampleLinks(publicUrl),
  };
}

/** Links with a token as long as real ones, that opens nothing. */
function sampleLinks(publicUrl: string) {
  const link = `${publicUrl}/m/spo_mt_${"ProvaBeispielExempleSample".repeat(3).slice(0, 54)}`;
  return {
    manage_url: link,
    confirm_url: `${link}/confirm`,
    cancel_url: `${link}/cancel`,
    move_url: `${link}/move`,
    offer_url: `${link}/offer`,
    feedback_url: `${link}/feedback`,
    opt_out_url: `${link}/reminders`,
    booking_url: publicUrl,
  };
}

/** A visit of half an hour in the morning. */
function visitOn(date: LocalDate, zone: string): { startsAt: number; endsAt: number } {
  const startsAt = instantOfWallTime({ date, time: toLocalTime("10:15"), zone }, "earlier");
  return { startsAt, endsAt: startsAt + 30 * 60_000 };
}

function textIn(text: LocalizedText, language: Language, fallback: Language): string {
  return text[language] ?? text[fallback] ?? Object.values(text)[0] ?? "";
}
