import { languages, type Language, type LocalizedText, type Tenant } from "../../context.ts";
import { textFor } from "../../reminders/writing/text-for.ts";
import { localTimeOf } from "../../time/wall-clock.ts";
import type { NoticeTexts, UrgentPlan } from "./urgent-closure.ts";

/** Whom a notice is for: who has to choose, who waits, or who was told and can come after all. */
export type NoticeKind = "choose" | "wait" | "open_again";

/** What a text says of the closure; short, because it goes into an SMS. */
type Phrases = Readonly<
  Record<"suspended" | "closed" | "wait" | "open_again", (at: string) => string>
>;

const phrases: Readonly<Record<Language, Phrases>> = {
  it: {
    suspended: (at) =>
      `Il servizio è sospeso fino alle ${at}. Scelga dal link o per telefono: attendere se c'è posto, più tardi oggi, un altro giorno, disdire.`,
    closed: () =>
      "Oggi non possiamo riceverLa. Scelga dal link o per telefono: più tardi oggi se c'è posto, un altro giorno, disdire.",
    wait: (at) =>
      `Il servizio è sospeso. Mantiene il Suo posto: venga dalle ${at}. Se è già qui, attenda per favore.`,
    open_again: () => "Abbiamo riaperto: il Suo appuntamento resta valido all'ora prevista.",
  },
  de: {
    suspended: (at) =>
      `Bis ${at} Uhr unterbrochen. Wählen Sie über den Link oder am Telefon: warten, wenn Platz ist, später heute, an einem anderen Tag, stornieren.`,
    closed: () =>
      "Heute können wir Sie nicht empfangen. Wählen Sie über den Link oder am Telefon: später heute, wenn Platz ist, an einem anderen Tag, stornieren.",
    wait: (at) =>
      `Es ist gerade unterbrochen. Ihr Platz bleibt: Kommen Sie ab ${at} Uhr. Wenn Sie schon da sind, warten Sie bitte.`,
    open_again: () => "Wieder geöffnet: Ihr Termin findet zur geplanten Zeit statt.",
  },
  fr: {
    suspended: (at) =>
      `Interrompu jusqu'à ${at}. Choisissez par le lien ou par téléphone : attendre s'il y a de la place, plus tard aujourd'hui, un autre jour, annuler.`,
    closed: () =>
      "Nous ne pouvons pas vous recevoir aujourd'hui. Choisissez par le lien ou par téléphone : plus tard s'il y a de la place, un autre jour, annuler.",
    wait: (at) =>
      `L'accueil est interrompu. Vous gardez votre place : venez à partir de ${at}. Si vous êtes déjà là, merci d'attendre.`,
    open_again: () => "Nous avons rouvert : votre rendez-vous a lieu à l'heure prévue.",
  },
  en: {
    suspended: (at) =>
      `Suspended until ${at}. Choose by the link or by phone: wait if there is room, later today, another day, cancel.`,
    closed: () =>
      "We cannot receive you today. Choose by the link or by phone: later today if there is room, another day, cancel.",
    wait: (at) =>
      `We are interrupted. You keep your place: come from ${at} on. If you are here already, please wait.`,
    open_again: () => "We are open again: your appointment takes place at its time.",
  },
};

/**
 * What people are told, in every language: the reason as the administration stated it, then what follows for them. Text in
 * the language of templates; times on the site's clock. Of a suspended service e-mails and operators say its name, and an
 * SMS does not, because it never says what a visit is for. Pure.
 */
export function noticeTexts(
  plan: Pick<UrgentPlan, "reason" | "endsAt" | "timeZone" | "isSuspension" | "serviceId">,
  kind: NoticeKind,
  { defaultLanguage }: Pick<Tenant, "defaultLanguage">,
): NoticeTexts {
  const at = localTimeOf(plan.endsAt, plan.timeZone);
  return Object.fromEntries(
    languages.map((language) => {
      const said = phrases[language];
      const what = phraseOf(said, kind, plan.isSuspension)(at);
      if (kind === "open_again") return [language, what];
      const why = reasonIn(plan.reason, { language, defaultLanguage });
      const named = plan.serviceId === null ? what : `${serviceName}${what}`;
      return [language, why === undefined ? named : `${why} ${named}`];
    }),
  );
}

/** The visit's own service, where the medium may say it. */
const serviceName = "{% if service %}{{ service }}: {% endif %}";

function phraseOf(said: Phrases, kind: NoticeKind, isSuspension: boolean) {
  switch (kind) {
    case "choose":
      return isSuspension ? said.suspended : said.closed;
    case "wait":
      return said.wait;
    case "open_again":
      return said.open_again;
  }
}

/** The reason as a sentence. */
function reasonIn(
  reason: LocalizedText,
  reader: { readonly language: Language; readonly defaultLanguage: Language },
): string | undefined {
  const text = textFor(reason, reader)?.trim();
  if (text === undefined || text === "") return undefined;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
