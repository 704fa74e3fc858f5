import { idOf } from "./row.ts";
import { at, of, other, short, type Violation } from "./violation.ts";

/** What violates the constraints of the waitlist's tables. */
export const waitlistViolations: readonly [string, Violation][] = [
  ...of("waitlist_entries", {
    one_open_per_person_and_services: [other],
    channel_is_known: [{ channel: "fax" }],
    count_lapses: [{ lapses: -1 }],
    end_after_they_begin: [{ to_on: "2027-02-28" }],
    ended_says_when: [{ status: "withdrawn" }, { ended_at: at }],
    party_is_positive: [{ party_size: 0 }, { party_size: 101 }],
    person_is_a_keyed_hash: [{ person_hash: short }],
    status_is_known: [{ status: "lost", ended_at: at }],
    want_a_part_of_the_day: [
      { from_time: "8:00" },
      { to_time: "24:01" },
      { from_time: "09:00", to_time: "09:00" },
    ],
    want_known_weekdays: [{ weekdays: [] }, { weekdays: [0] }, { weekdays: [8] }],
    want_one_to_five_services: [{ service_ids: [] }],
    want_one_to_twenty_sites: [{ site_ids: [] }],
  }),
  ...of("waitlist_offers", {
    accepted_names_the_appointment: [
      { status: "accepted", ended_at: at },
      { appointment_id: idOf(8) },
    ],
    call_outcome_is_known: [{ call_outcome: "sung" }],
    called_says_by_whom_until: [{ called_by: idOf(10) }, { called_until: at }],
    calls_are_not_negative: [{ calls: -1 }],
    ended_says_when: [{ status: "declined" }, { ended_at: at }],
    one_accepted_per_place: [
      {
        ...other,
        place_id: idOf(33),
        status: "accepted",
        appointment_id: idOf(8),
        ended_at: at,
      },
    ],
    one_open_per_wish: [{ ...other, place_id: idOf(33) }],
    of_a_place_go_to_a_person_once: [{ ...other, status: "declined", ended_at: at }],
    status_is_known: [{ status: "lost", ended_at: at }],
    way_is_known: [{ way: "pigeon" }],
  }),
  ...of("waitlist_places", {
    are_answered_before_they_begin: [{ answer_by: at }],
    ended_says_when: [{ status: "taken" }, { ended_at: at }],
    status_is_known: [{ status: "lost", ended_at: at }],
  }),
  ...of("waitlist_settings", {
    ask_one_to_twenty: [{ people_per_place: 0 }, { people_per_place: 21 }],
    forgive_few_lapses: [{ lapses_max: 0 }, { lapses_max: 11 }],
    leave_time_to_answer: [{ answer_minutes: 14 }, { answer_minutes: 10_081 }],
  }),
];
