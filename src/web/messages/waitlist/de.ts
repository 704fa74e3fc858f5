import type { itWaitlistMessages } from "./it.ts";

/** German texts about the waitlist. */
export const deWaitlistMessages: Readonly<Record<keyof typeof itWaitlistMessages, string>> = {
  waitlist_accept_button: "Diesen Termin nehmen",
  waitlist_already_text:
    "Auf diesen Namen wartet schon jemand auf dieses Anliegen. Öffnen Sie den Eintrag mit seinem Link oder rufen Sie uns an.",
  waitlist_already_title: "Sie stehen schon auf der Warteliste",
  waitlist_any_time: "Zu jeder Zeit",
  waitlist_contact_hint:
    "Ein frei gewordener Termin ist oft schnell weg: Per E-Mail sagen wir Ihnen sofort Bescheid, sonst rufen wir Sie an. Ohne Kontakt sehen Sie ihn nur hier.",
  waitlist_days: "{from} bis {to}",
  waitlist_decline_button: "Anderen überlassen",
  waitlist_decline_text: "Ihren Platz auf der Warteliste behalten Sie.",
  waitlist_declined: "Wir bieten diesen Termin anderen an. Sie bleiben auf der Warteliste.",
  waitlist_email_hint: "Hierhin schreiben wir Ihnen, wenn ein Termin frei wird.",
  waitlist_exchange_text:
    "Wir schreiben Ihnen, wenn ein früherer Termin frei wird. Ihr Termin bleibt, bis Sie den früheren annehmen.",
  waitlist_exchange_title: "Möchten Sie früher kommen?",
  waitlist_fault_dates:
    "Geben Sie den ersten und den letzten Tag an; der letzte darf nicht vor dem ersten liegen",
  waitlist_fault_weekdays: "Wählen Sie mindestens einen Wochentag",
  waitlist_from: "Ab diesem Tag",
  waitlist_gone_text:
    "Die Frist ist abgelaufen, oder jemand war schneller. Wenn Sie noch warten, behalten Sie Ihren Platz.",
  waitlist_gone_title: "Dieser Termin wird nicht mehr für Sie freigehalten",
  waitlist_hours: "zwischen {from} und {to} Uhr",
  waitlist_join_button: "Auf die Warteliste setzen",
  waitlist_join_text:
    "Wir schreiben Ihnen oder rufen Sie an, wenn ein Termin frei wird, und halten ihn eine Zeit lang für Sie frei.",
  waitlist_join_title: "Auf die Warteliste",
  waitlist_joined: "Sie stehen auf der Warteliste",
  waitlist_link_text: "Mit diesem Link kommen Sie hierher zurück. Behalten Sie ihn für sich.",
  waitlist_lost_closed:
    "Diesen Termin gibt es nicht mehr: {day}, {time}. Ihren Platz auf der Warteliste behalten Sie.",
  waitlist_lost_expired:
    "Die Frist ist abgelaufen: {day}, {time} ging an andere. Sie warten weiter, nach denen, die schon auf der Liste waren.",
  waitlist_lost_taken:
    "{day}, {time}: Diesmal hat jemand vor Ihnen geantwortet. Das tut uns leid. Ihren Platz auf der Warteliste behalten Sie, und wir schreiben Ihnen, sobald wieder ein Termin frei wird.",
  waitlist_no_token:
    "Öffnen Sie den Link, den Sie beim Eintragen oder mit unserer Nachricht bekommen haben.",
  waitlist_none_suits: "Passt kein Termin?",
  waitlist_offer_exchange: "Wenn Sie ihn nehmen, geht Ihr jetziger Termin an andere.",
  waitlist_offer_shared: "Auch andere sind gefragt: Wer ihn zuerst nimmt, bekommt ihn.",
  waitlist_offer_title: "Es gibt einen Termin für Sie",
  waitlist_offer_until: "Wir halten ihn für Sie frei bis {day}, {time}.",
  waitlist_part: "Tageszeit",
  waitlist_refused_text: "Dieser Termin kann online nicht genommen werden. Bitte rufen Sie uns an.",
  waitlist_state_expired: "Beendet: Kein Termin wurde frei",
  waitlist_state_fulfilled: "Sie haben einen Termin",
  waitlist_state_lapsed: "Beendet: Mehrere Angebote blieben ohne Antwort",
  waitlist_state_offered: "Ein Termin wird für Sie freigehalten",
  waitlist_state_waiting: "Sie warten",
  waitlist_state_withdrawn: "Sie warten nicht mehr",
  waitlist_title: "Warteliste",
  waitlist_to: "Bis zu diesem Tag",
  waitlist_weekdays: "Wochentage",
  waitlist_wish_title: "Worauf Sie warten",
  waitlist_withdraw_button: "Von der Liste nehmen",
  waitlist_withdraw_title: "Nicht mehr nötig?",
  waitlist_withdrawn: "Sie stehen nicht mehr auf der Warteliste",
};
