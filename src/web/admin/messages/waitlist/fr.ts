import type { itAdminWaitlistMessages } from "./it.ts";

/** French texts about the waitlist, for administrators. */
export const frAdminWaitlistMessages: Readonly<
  Record<keyof typeof itAdminWaitlistMessages, string>
> = {
  wait_about:
    "Qui attend une place, à qui une est proposée, et comment cela marche pour chaque démarche.",
  wait_add: "Inscrire une personne",
  wait_add_button: "Mettre sur la liste d’attente",
  wait_add_text:
    "Pour qui téléphone ou se présente. Sans e-mail ni mobile, la proposition se fait par téléphone.",
  wait_answer_hint:
    "En minutes, de 15 à 10080. Moins si la visite est proche ; aucun délai n’expire la nuit.",
  wait_answer_label: "Délai de réponse",
  wait_answer_wrong: "Indiquez des minutes, de 15 à 10080",
  wait_asked_count: "proposée à {count, number} personnes à la fois",
  wait_by_email: "par e-mail",
  wait_by_phone: "par téléphone",
  wait_by_sms: "par SMS",
  wait_calls_count: "{count, plural, one {un appel} other {# appels}}",
  wait_channel_counter: "Sur place",
  wait_channel_label: "Comment la demande arrive",
  wait_channel_phone: "Par téléphone",
  wait_contact_hint:
    "Avec e-mail ou mobile, la proposition part d’elle-même ; sinon c’est un appel à faire.",
  wait_done_added: "La personne est sur la liste d’attente",
  wait_done_saved: "Les règles sont enregistrées. Les propositions en cours restent telles quelles",
  wait_done_withdrawn: "La personne n’est plus sur la liste d’attente",
  wait_email_hint: "La proposition y est envoyée.",
  wait_exchange: "en échange d’un rendez-vous plus tard",
  wait_held_label: "Places retenues",
  wait_is_on_label: "Liste d’attente active",
  wait_language_label: "Langue des messages",
  wait_lapses_hint: "Après tant de propositions sans réponse, la demande prend fin. De 1 à 10.",
  wait_lapses_label: "Propositions sans réponse",
  wait_lapses_wrong: "Indiquez un nombre de 1 à 10",
  wait_no_offers: "Aucune proposition en cours.",
  wait_no_services: "Encore aucune démarche.",
  wait_off: "Pas de liste d’attente",
  wait_offered_count:
    "{count, plural, one {une proposition en cours} other {# propositions en cours}}",
  wait_offered_label: "Avec une proposition en cours",
  wait_offers_title: "Propositions en cours",
  wait_oldest: "depuis {day}",
  wait_oldest_label: "Le plus ancien depuis",
  wait_one: "Une place est proposée à une personne à la fois",
  wait_order:
    "Ordre : d’abord qui a la priorité, puis qui attend depuis le plus longtemps. Chacun reçoit la première place qui lui convient ; qui refuse garde son rang, qui ne répond pas passe à la fin.",
  wait_people_hint:
    "1 : l’une après l’autre. Plus, jusqu’à 20 : ensemble, et la place est à qui la prend en premier.",
  wait_people_label: "À combien de personnes une place est proposée",
  wait_people_wrong: "Indiquez un nombre de 1 à 20",
  wait_persons_button: "Changer le nombre",
  wait_priority: "priorité",
  wait_priority_hint: "Passe avant les autres",
  wait_priority_label: "Priorité",
  wait_refused_changed: "Entre-temps quelqu’un a changé les règles : voici celles de maintenant.",
  wait_refused_known: "Cette personne attend déjà, ou a déjà cinq demandes.",
  wait_refused_over: "Cette demande était déjà terminée.",
  wait_save_button: "Enregistrer",
  wait_settings_title: "Comment cela marche",
  wait_shared:
    "Une place est proposée à {count, number} personnes à la fois : elle est à qui la prend en premier",
  wait_since: "attend depuis {day}",
  wait_standing_title: "Qui attend",
  wait_title: "Liste d’attente",
  wait_until: "retenue jusqu’à {day}, {time}",
  wait_waiting_count:
    "{count, plural, =0 {personne n’attend} one {une personne attend} other {# personnes attendent}}",
  wait_waiting_label: "En attente",
  wait_withdraw: "Retirer de la liste",
  wait_withdraw_button: "Retirer",
  wait_withdraw_text:
    "Le rang est perdu ; une proposition en cours passe à la personne suivante. Aucun message n’est envoyé.",
};
