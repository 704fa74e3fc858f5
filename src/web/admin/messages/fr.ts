import type { itAdminMessages } from "./it.ts";

/** French texts of the administrators' pages. */
export const frAdminMessages: Readonly<Record<keyof typeof itAdminMessages, string>> = {
  admin: "Administration",
  conflicts_about:
    "Rendez-vous restés sans place après une modification des horaires, et que faire de chacun.",
  conflicts_title: "À replacer",
  key_hint:
    "Elle commence par « spo_sk_ » et reste huit heures dans ce navigateur, ou jusqu’à votre déconnexion.",
  key_label: "Clé secrète",
  key_wrong:
    "Cette clé n’est pas valable ici. Vérifiez que vous l’avez copiée en entier ou demandez-en une nouvelle.",
  no_sections: "Cette clé ne permet rien sur ces pages.",
  not_allowed_text: "Votre clé ne suffit pas pour cette page. Demandez-en une qui la permette.",
  not_allowed_title: "Accès refusé",
  not_found_text: "Il n’y a rien, ou plus rien, à cette adresse.",
  proposals_about:
    "Fermer une journée, changer des horaires ou des places : voir d’abord qui est concerné.",
  proposals_title: "Simulations",
  sections_nav: "Rubriques",
  sign_in: "Se connecter",
  sign_in_title: "Connexion à l’administration",
  sign_out: "Se déconnecter",
  to_overview: "Vers l’aperçu",
};
