import type { itWaitlistMessages } from "./it.ts";

/** French texts about the waitlist. */
export const frWaitlistMessages: Readonly<Record<keyof typeof itWaitlistMessages, string>> = {
  waitlist_accept_button: "Prendre ce créneau",
  waitlist_already_text:
    "Une demande est déjà ouverte à ce nom pour cette démarche. Ouvrez-la avec son lien ou appelez-nous.",
  waitlist_already_title: "Vous êtes déjà sur la liste d’attente",
  waitlist_any_time: "À toute heure",
  waitlist_contact_hint:
    "Un créneau libéré part vite : par e-mail nous vous prévenons aussitôt, sinon nous vous appelons. Sans contact, vous ne le voyez qu’ici.",
  waitlist_days: "du {from} au {to}",
  waitlist_decline_button: "Le laisser à d’autres",
  waitlist_decline_text: "Vous gardez votre place sur la liste d’attente.",
  waitlist_declined: "Nous proposons ce créneau à d’autres. Vous restez sur la liste d’attente.",
  waitlist_email_hint: "C’est là que nous vous écrivons quand un créneau se libère.",
  waitlist_exchange_text:
    "Nous vous écrivons quand un créneau plus tôt se libère. Votre rendez-vous reste tel quel jusqu’à ce que vous acceptiez.",
  waitlist_exchange_title: "Souhaitez-vous venir plus tôt ?",
  waitlist_fault_dates:
    "Indiquez le premier et le dernier jour ; le dernier ne peut pas précéder le premier",
  waitlist_fault_weekdays: "Choisissez au moins un jour de la semaine",
  waitlist_from: "À partir de ce jour",
  waitlist_gone_text:
    "Le délai est passé, ou une autre personne a été plus rapide. Si vous attendez encore, vous gardez votre place.",
  waitlist_gone_title: "Ce créneau n’est plus retenu pour vous",
  waitlist_hours: "entre {from} et {to}",
  waitlist_join_button: "M’inscrire sur la liste d’attente",
  waitlist_join_text:
    "Nous vous écrivons, ou vous appelons, quand un créneau se libère, et nous le retenons pour vous un moment.",
  waitlist_join_title: "S’inscrire sur la liste d’attente",
  waitlist_joined: "Vous êtes sur la liste d’attente",
  waitlist_link_text: "Ce lien vous ramène ici. Gardez-le pour vous.",
  waitlist_lost_closed:
    "Ce créneau n’existe plus : {day}, {time}. Vous gardez votre rang sur la liste d’attente.",
  waitlist_lost_expired:
    "Le délai est passé : {day}, {time} est allé à d’autres. Vous attendez encore, après qui était déjà sur la liste.",
  waitlist_lost_taken:
    "{day}, {time} : cette fois, quelqu’un a répondu avant vous. Nous en sommes désolés. Vous gardez votre rang sur la liste d’attente et nous vous écrivons dès qu’un autre créneau se libère.",
  waitlist_no_token: "Ouvrez le lien reçu à l’inscription ou dans notre message.",
  waitlist_none_suits: "Aucun créneau ne convient ?",
  waitlist_offer_exchange: "Si vous le prenez, votre rendez-vous actuel va à d’autres.",
  waitlist_offer_shared:
    "D’autres ont été contactés : il revient à la première personne qui le prend.",
  waitlist_offer_title: "Il y a un créneau pour vous",
  waitlist_offer_until: "Nous le retenons pour vous jusqu’au {day}, {time}.",
  waitlist_part: "Moment de la journée",
  waitlist_refused_text: "Ce créneau ne peut pas être pris en ligne. Appelez-nous.",
  waitlist_state_expired: "Terminé : aucun créneau ne s’est libéré",
  waitlist_state_fulfilled: "Vous avez un rendez-vous",
  waitlist_state_lapsed: "Terminé : plusieurs propositions sont restées sans réponse",
  waitlist_state_offered: "Un créneau est retenu pour vous",
  waitlist_state_waiting: "Vous attendez",
  waitlist_state_withdrawn: "Vous n’attendez plus",
  waitlist_title: "Liste d’attente",
  waitlist_to: "Jusqu’à ce jour",
  waitlist_weekdays: "Jours de la semaine",
  waitlist_wish_title: "Ce que vous attendez",
  waitlist_withdraw_button: "Me retirer de la liste",
  waitlist_withdraw_title: "Plus besoin ?",
  waitlist_withdrawn: "Vous n’êtes plus sur la liste d’attente",
};
