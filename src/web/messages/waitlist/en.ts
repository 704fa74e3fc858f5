import type { itWaitlistMessages } from "./it.ts";

/** English texts about the waitlist. */
export const enWaitlistMessages: Readonly<Record<keyof typeof itWaitlistMessages, string>> = {
  waitlist_accept_button: "Take this time",
  waitlist_already_text:
    "There is an open wish for this service in this name. Open it with its link, or call us.",
  waitlist_already_title: "You are on the waiting list already",
  waitlist_any_time: "Any time",
  waitlist_contact_hint:
    "A freed time may be gone soon: by e-mail we tell you at once, otherwise we call you. Without a contact you see it only here.",
  waitlist_days: "from {from} to {to}",
  waitlist_decline_button: "Leave it to somebody else",
  waitlist_decline_text: "You keep your place on the waiting list.",
  waitlist_declined: "We offer this time to somebody else. You stay on the waiting list.",
  waitlist_email_hint: "We write to you here when a time becomes free.",
  waitlist_exchange_text:
    "We write to you when an earlier time becomes free. Your appointment stays as it is until you take the earlier one.",
  waitlist_exchange_title: "Would you rather come earlier?",
  waitlist_fault_dates:
    "Enter the first and the last day; the last one must not be before the first",
  waitlist_fault_weekdays: "Choose at least one day of the week",
  waitlist_from: "From this day",
  waitlist_gone_text:
    "The time to answer has passed, or somebody else was faster. If you still wait, you keep your place.",
  waitlist_gone_title: "This time is no longer kept for you",
  waitlist_hours: "between {from} and {to}",
  waitlist_join_button: "Put me on the waiting list",
  waitlist_join_text:
    "We write to you, or call you, when a time becomes free, and keep it for you for a while.",
  waitlist_join_title: "Join the waiting list",
  waitlist_joined: "You are on the waiting list",
  waitlist_link_text: "With this link you come back here. Keep it to yourself.",
  waitlist_lost_closed:
    "This time is not there any more: {day}, {time}. You keep your place on the waitlist.",
  waitlist_lost_expired:
    "The time to answer has passed: {day}, {time} went to others. You still wait, after those who were on the list already.",
  waitlist_lost_taken:
    "{day}, {time}: somebody answered before you this time. We are sorry. You keep your place on the waitlist, and we write to you as soon as another time becomes free.",
  waitlist_no_token: "Open the link that you got when you joined, or in our message.",
  waitlist_none_suits: "No time suits you?",
  waitlist_offer_exchange: "When you take it, your present appointment goes to somebody else.",
  waitlist_offer_shared: "Others were asked too: the first to take it has it.",
  waitlist_offer_title: "There is a time for you",
  waitlist_offer_until: "We keep it for you until {day}, {time}.",
  waitlist_part: "Time of day",
  waitlist_refused_text: "This time cannot be taken online. Please call us.",
  waitlist_state_expired: "Ended: no time became free",
  waitlist_state_fulfilled: "You have an appointment",
  waitlist_state_lapsed: "Ended: several offers were not answered",
  waitlist_state_offered: "A time is kept for you",
  waitlist_state_waiting: "You are waiting",
  waitlist_state_withdrawn: "You do not wait any more",
  waitlist_title: "Waiting list",
  waitlist_to: "Until this day",
  waitlist_weekdays: "Days of the week",
  waitlist_wish_title: "What you wait for",
  waitlist_withdraw_button: "Take me off the list",
  waitlist_withdraw_title: "No longer needed?",
  waitlist_withdrawn: "You are no longer on the waiting list",
};
