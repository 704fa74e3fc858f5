import type { LocalizedText } from "../../../context.ts";
import type { AdminMessageKey } from "../translate.ts";

/** Reasons for which something is closed at once, ready in every language, because there is no time to write. */
export const readyReasons = ["wind", "staff", "technical", "full", "own"] as const;
export type ReadyReason = (typeof readyReasons)[number];

/** What each is called in the form; `own` is typed. */
export const reasonNames: Readonly<Record<ReadyReason, AdminMessageKey>> = {
  wind: "reason_wind",
  staff: "reason_staff",
  technical: "reason_technical",
  full: "reason_full",
  own: "reason_own",
};

/** What people are told; without what they are told to do, which follows by itself. */
export const reasonTexts: Readonly<Record<Exclude<ReadyReason, "own">, LocalizedText>> = {
  wind: {
    it: "Chiusura per maltempo",
    de: "Geschlossen wegen Unwetter",
    fr: "Fermeture en raison des intempéries",
    en: "Closed because of bad weather",
  },
  staff: {
    it: "Personale assente all'improvviso",
    de: "Unerwarteter Personalausfall",
    fr: "Absence imprévue de personnel",
    en: "Staff unexpectedly absent",
  },
  technical: {
    it: "Guasto tecnico",
    de: "Technische Störung",
    fr: "Panne technique",
    en: "Technical fault",
  },
  full: {
    it: "Capienza esaurita",
    de: "Aufnahmekapazität erschöpft",
    fr: "Capacité atteinte",
    en: "No more can be taken in",
  },
};
