import type { itAdminMessages } from "./it.ts";

/** German texts of the administrators' pages. */
export const deAdminMessages: Readonly<Record<keyof typeof itAdminMessages, string>> = {
  admin: "Verwaltung",
  conflicts_about:
    "Termine, die nach einer Änderung der Sprechzeiten keinen Platz mehr haben, und was mit ihnen geschieht.",
  conflicts_title: "Zu verlegen",
  key_hint:
    "Er beginnt mit „spo_sk_“ und bleibt acht Stunden in diesem Browser oder bis Sie sich abmelden.",
  key_label: "Geheimer Schlüssel",
  key_wrong:
    "Dieser Schlüssel gilt hier nicht. Prüfen Sie, ob Sie ihn ganz kopiert haben, oder lassen Sie sich einen neuen geben.",
  no_sections: "Dieser Schlüssel erlaubt auf diesen Seiten nichts.",
  not_allowed_text:
    "Ihr Schlüssel reicht für diese Seite nicht aus. Lassen Sie sich einen geben, der sie erlaubt.",
  not_allowed_title: "Nicht erlaubt",
  not_found_text: "Unter dieser Adresse ist nichts, oder nicht mehr.",
  proposals_about:
    "Einen Tag schließen, Sprechzeiten oder Plätze ändern: vorher sehen, wen es trifft.",
  proposals_title: "Änderungsvorschauen",
  sections_nav: "Bereiche",
  sign_in: "Anmelden",
  sign_in_title: "Anmeldung zur Verwaltung",
  sign_out: "Abmelden",
  to_overview: "Zur Übersicht",
};
