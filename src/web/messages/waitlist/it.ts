/** Italian texts about the waitlist. */
export const itWaitlistMessages = {
  waitlist_accept_button: "Prendo questo orario",
  waitlist_already_text:
    "C’è già una richiesta aperta a questo nome per questo servizio. Aprila con il suo link, oppure chiamaci.",
  waitlist_already_title: "Sei già in lista d’attesa",
  waitlist_any_time: "A qualsiasi ora",
  waitlist_contact_hint:
    "Un posto liberato può durare poco: con l’e-mail ti avvisiamo subito, con il telefono ti chiamiamo. Senza recapiti lo vedi solo qui.",
  waitlist_days: "dal {from} al {to}",
  waitlist_decline_button: "Lo lascio ad altri",
  waitlist_decline_text: "Mantieni il tuo posto in lista d’attesa.",
  waitlist_declined: "Proponiamo questo orario ad altri. Resti in lista d’attesa.",
  waitlist_email_hint: "Qui ti scriviamo quando si libera un orario.",
  waitlist_exchange_text:
    "Ti scriviamo quando si libera un orario prima. Il tuo appuntamento resta com’è finché non accetti quello nuovo.",
  waitlist_exchange_title: "Vorresti venire prima?",
  waitlist_fault_dates:
    "Scrivi il primo e l’ultimo giorno; l’ultimo non può venire prima del primo",
  waitlist_fault_weekdays: "Scegli almeno un giorno della settimana",
  waitlist_from: "Da questo giorno",
  waitlist_gone_text:
    "Il tempo per rispondere è passato, o un’altra persona è stata più veloce. Se aspetti ancora, mantieni il tuo posto.",
  waitlist_gone_title: "Questo orario non è più tenuto per te",
  waitlist_hours: "tra le {from} e le {to}",
  waitlist_join_button: "Mettimi in lista d’attesa",
  waitlist_join_text:
    "Ti scriviamo, o ti chiamiamo, quando si libera un orario, e lo teniamo per te per un po’.",
  waitlist_join_title: "Entra in lista d’attesa",
  waitlist_joined: "Sei in lista d’attesa",
  waitlist_link_text: "Con questo link torni qui. Tienilo per te.",
  waitlist_lost_closed:
    "Questo orario non c’è più: {day}, {time}. Mantieni il tuo posto in lista d’attesa.",
  waitlist_lost_expired:
    "Il tempo per rispondere è passato: {day}, {time} è andato ad altri. Aspetti ancora, dopo chi era già in lista.",
  waitlist_lost_taken:
    "{day}, {time}: questa volta un’altra persona ha risposto prima. Ci dispiace. Mantieni il tuo posto in lista d’attesa e ti scriviamo appena si libera un altro orario.",
  waitlist_no_token:
    "Apri il link che hai ricevuto entrando in lista, o quello del nostro messaggio.",
  waitlist_none_suits: "Nessun orario va bene?",
  waitlist_offer_exchange: "Se lo prendi, il tuo appuntamento attuale passa ad altri.",
  waitlist_offer_shared: "L’abbiamo chiesto anche ad altri: è di chi lo prende per primo.",
  waitlist_offer_title: "C’è un orario per te",
  waitlist_offer_until: "Lo teniamo per te fino a {day}, {time}.",
  waitlist_part: "Parte della giornata",
  waitlist_refused_text: "Questo orario non si può prendere qui. Chiamaci.",
  waitlist_state_expired: "Conclusa: non si è liberato nessun orario",
  waitlist_state_fulfilled: "Hai un appuntamento",
  waitlist_state_lapsed: "Conclusa: più proposte sono rimaste senza risposta",
  waitlist_state_offered: "Un orario è tenuto per te",
  waitlist_state_waiting: "Sei in attesa",
  waitlist_state_withdrawn: "Non aspetti più",
  waitlist_title: "Lista d’attesa",
  waitlist_to: "Fino a questo giorno",
  waitlist_weekdays: "Giorni della settimana",
  waitlist_wish_title: "Che cosa aspetti",
  waitlist_withdraw_button: "Toglimi dalla lista",
  waitlist_withdraw_title: "Non serve più?",
  waitlist_withdrawn: "Non sei più in lista d’attesa",
} as const;
