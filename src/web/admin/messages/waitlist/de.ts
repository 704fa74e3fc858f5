import type { itAdminWaitlistMessages } from "./it.ts";

/** German texts about the waitlist, for administrators. */
export const deAdminWaitlistMessages: Readonly<
  Record<keyof typeof itAdminWaitlistMessages, string>
> = {
  wait_about:
    "Wer auf einen Platz wartet, wem einer angeboten ist, und wie es für jedes Anliegen geregelt ist.",
  wait_add: "Jemanden eintragen",
  wait_add_button: "Auf die Warteliste setzen",
  wait_add_text:
    "Für Menschen am Telefon oder am Schalter. Ohne E-Mail und Mobiltelefon wird ein Angebot telefonisch gemacht.",
  wait_answer_hint:
    "In Minuten, 15 bis 10080. Kurz vor dem Termin ist es weniger; nachts endet keine Frist.",
  wait_answer_label: "Zeit für die Antwort",
  wait_answer_wrong: "Geben Sie Minuten an, 15 bis 10080",
  wait_asked_count: "{count, number} Personen zugleich angeboten",
  wait_by_email: "per E-Mail",
  wait_by_phone: "telefonisch",
  wait_by_sms: "per SMS",
  wait_calls_count: "{count, plural, one {ein Anruf} other {# Anrufe}}",
  wait_channel_counter: "Am Schalter",
  wait_channel_label: "Wie angefragt wird",
  wait_channel_phone: "Telefonisch",
  wait_contact_hint:
    "Mit E-Mail oder Mobiltelefon geht das Angebot von selbst hinaus, sonst ist es ein Anruf.",
  wait_done_added: "Die Person steht auf der Warteliste",
  wait_done_saved: "Die Regeln sind gespeichert. Laufende Angebote bleiben, wie sie sind",
  wait_done_withdrawn: "Die Person steht nicht mehr auf der Warteliste",
  wait_email_hint: "Hierhin geht das Angebot.",
  wait_exchange: "im Tausch gegen einen späteren Termin",
  wait_held_label: "Freigehaltene Plätze",
  wait_is_on_label: "Warteliste eingeschaltet",
  wait_language_label: "Sprache der Nachrichten",
  wait_lapses_hint: "Nach so vielen Angeboten ohne Antwort endet der Eintrag. 1 bis 10.",
  wait_lapses_label: "Angebote ohne Antwort",
  wait_lapses_wrong: "Geben Sie eine Zahl von 1 bis 10 an",
  wait_no_offers: "Kein Angebot ist offen.",
  wait_no_services: "Noch kein Anliegen.",
  wait_off: "Keine Warteliste",
  wait_offered_count: "{count, plural, one {ein offenes Angebot} other {# offene Angebote}}",
  wait_offered_label: "Mit offenem Angebot",
  wait_offers_title: "Offene Angebote",
  wait_oldest: "seit {day}",
  wait_oldest_label: "Die längste Wartezeit seit",
  wait_one: "Ein Platz wird einer Person nach der anderen angeboten",
  wait_order:
    "Reihenfolge: zuerst wer Vorrang hat, dann wer am längsten wartet. Jeder bekommt den frühesten Platz, der passt; wer ablehnt, behält seinen Rang, wer nicht antwortet, kommt ans Ende.",
  wait_people_hint:
    "1: nacheinander. Mehr, bis 20: zugleich, und wer zuerst annimmt, bekommt den Platz.",
  wait_people_label: "Wie vielen ein Platz angeboten wird",
  wait_people_wrong: "Geben Sie eine Zahl von 1 bis 20 an",
  wait_persons_button: "Anzahl ändern",
  wait_priority: "Vorrang",
  wait_priority_hint: "Kommt vor den anderen",
  wait_priority_label: "Vorrang",
  wait_refused_changed: "Inzwischen hat jemand die Regeln geändert: Das sind die jetzigen.",
  wait_refused_known: "Diese Person wartet schon, oder sie hat schon fünf Einträge.",
  wait_refused_over: "Dieser Eintrag war schon beendet.",
  wait_save_button: "Speichern",
  wait_settings_title: "Wie es geregelt ist",
  wait_shared:
    "Ein Platz wird {count, number} Personen zugleich angeboten: Wer zuerst annimmt, bekommt ihn",
  wait_since: "wartet seit {day}",
  wait_standing_title: "Wer wartet",
  wait_title: "Warteliste",
  wait_until: "freigehalten bis {day}, {time}",
  wait_waiting_count:
    "{count, plural, =0 {niemand wartet} one {eine Person wartet} other {# Personen warten}}",
  wait_waiting_label: "Wartend",
  wait_withdraw: "Von der Liste nehmen",
  wait_withdraw_button: "Herunternehmen",
  wait_withdraw_text:
    "Der Rang geht verloren; ein offenes Angebot geht an die nächste Person. Eine Nachricht gibt es nicht.",
};
