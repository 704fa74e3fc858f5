import type { Language } from "../../context.ts";

/** Why the office cannot keep an appointment, as a citizen reads it; other reasons are not his business or his own. */
const words: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  office_closed: {
    it: "L’ufficio è chiuso.",
    de: "Das Amt ist geschlossen.",
    fr: "Le service est fermé.",
    en: "The office is closed.",
  },
  staff_missing: {
    it: "Manca il personale.",
    de: "Es fehlt Personal.",
    fr: "Le personnel est absent.",
    en: "Staff are missing.",
  },
  technical: {
    it: "C’è un problema tecnico.",
    de: "Es gibt ein technisches Problem.",
    fr: "Un problème technique nous en empêche.",
    en: "There is a technical problem.",
  },
};

/** The reason in words; undefined for one that is not told. */
export function reasonInWords(reason: unknown, language: Language): string | undefined {
  return typeof reason === "string" && Object.hasOwn(words, reason)
    ? words[reason]?.[language]
    : undefined;
}
