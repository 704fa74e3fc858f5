import type { itAdminWaitlistMessages } from "./it.ts";

/** English texts about the waitlist, for administrators. */
export const enAdminWaitlistMessages: Readonly<
  Record<keyof typeof itAdminWaitlistMessages, string>
> = {
  wait_about: "Who waits for a place, who is offered one, and how it works for each service.",
  wait_add: "Add a person",
  wait_add_button: "Put on the waitlist",
  wait_add_text:
    "For people on the telephone or at the counter. Without e-mail and mobile an offer is made by telephone.",
  wait_answer_hint:
    "In minutes, 15 to 10080. Less when the visit is near; no deadline ends at night.",
  wait_answer_label: "Time to answer",
  wait_answer_wrong: "State minutes, 15 to 10080",
  wait_asked_count: "offered to {count, number} people at once",
  wait_by_email: "by e-mail",
  wait_by_phone: "by telephone",
  wait_by_sms: "by SMS",
  wait_calls_count: "{count, plural, one {one call} other {# calls}}",
  wait_channel_counter: "At the counter",
  wait_channel_label: "How it is asked for",
  wait_channel_phone: "By telephone",
  wait_contact_hint:
    "With e-mail or mobile the offer goes out by itself; otherwise it is a call to make.",
  wait_done_added: "The person is on the waitlist",
  wait_done_saved: "The rules are saved. Offers already made stay as they are",
  wait_done_withdrawn: "The person is not on the waitlist any more",
  wait_email_hint: "The offer is sent here.",
  wait_exchange: "in exchange for a later appointment",
  wait_held_label: "Held places",
  wait_is_on_label: "Waitlist switched on",
  wait_language_label: "Language of the messages",
  wait_lapses_hint: "After so many offers without an answer the wish ends. 1 to 10.",
  wait_lapses_label: "Offers without an answer",
  wait_lapses_wrong: "State a number from 1 to 10",
  wait_no_offers: "No offer is out.",
  wait_no_services: "No service yet.",
  wait_off: "No waitlist",
  wait_offered_count: "{count, plural, one {one offer out} other {# offers out}}",
  wait_offered_label: "With an offer out",
  wait_offers_title: "Offers that are out",
  wait_oldest: "since {day}",
  wait_oldest_label: "The oldest since",
  wait_one: "A place is offered to one person after the other",
  wait_order:
    "Order: first who has priority, then who has waited longest. Each gets the earliest place that suits; who declines keeps the rank, who does not answer goes to the end.",
  wait_people_hint:
    "1: one after the other. More, up to 20: together, and the first who accepts has the place.",
  wait_people_label: "How many people a place is offered to",
  wait_people_wrong: "State a number from 1 to 20",
  wait_persons_button: "Change the number",
  wait_priority: "priority",
  wait_priority_hint: "Comes before the others",
  wait_priority_label: "Priority",
  wait_refused_changed: "Somebody changed the rules meanwhile: these are the present ones.",
  wait_refused_known: "This person waits already, or has five wishes already.",
  wait_refused_over: "This wish had ended already.",
  wait_save_button: "Save",
  wait_settings_title: "How it works",
  wait_shared: "A place is offered to {count, number} people at once: the first who accepts has it",
  wait_since: "waits since {day}",
  wait_standing_title: "Who waits",
  wait_title: "Waitlist",
  wait_until: "held until {day}, {time}",
  wait_waiting_count:
    "{count, plural, =0 {nobody waits} one {one person waits} other {# people wait}}",
  wait_waiting_label: "Waiting",
  wait_withdraw: "Take off the list",
  wait_withdraw_button: "Take off",
  wait_withdraw_text:
    "The rank is lost; an open offer goes to the next person. No message is sent.",
};
