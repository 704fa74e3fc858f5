import { bulkViolations } from "./bulk-violations.ts";
import { idOf } from "./row.ts";
import { at, of, other, short, type Violation } from "./violation.ts";
import { waitlistViolations } from "./waitlist-violations.ts";

const badCode = [{ code: "" }, { code: "Ä" }, { code: "-x" }, { code: "x".repeat(64) }];
const notAnObject = [{ name: "[]" }, { name: '"Prova"' }];
const backwards = { starts_at: at, ends_at: at };

/** For every named constraint of the schema what violates it, and nothing else. */
export const violations: ReadonlyMap<string, Violation> = new Map([
  ...of("allocations", {
    of_an_owner_are_stated_once: [{ id: 99 }],
    expire_unless_booked: [{ expires_at: at }, { owner_kind: "hold" }],
    owner_is_known: [{ owner_kind: "nobody", expires_at: at }],
    units_are_positive: [{ units: 0 }, { units: 10_001 }],
  }),
  ...of("api_keys", {
    kind_is_known: [{ kind: "master" }],
    name_is_short: [{ name: "" }, { name: "x".repeat(101) }],
    secret_is_a_sha256: [{ secret_hash: short }],
  }),
  ...of("appointment_legs", { end_after_they_start: [backwards] }),
  ...of("appointment_lookups", {
    hold_a_keyed_hash: [{ hash: short }],
    kind_is_known: [{ kind: "name" }],
  }),
  ...of("appointments", {
    external_reference_is_unique: [{ ...other, reference: "BBBB" }],
    reference_is_unique: [{ ...other, external_reference: null }],
    cancel_reason_is_known: [
      { status: "cancelled", cancelled_at: at, cancelled_by: "staff", cancel_reason: "mood" },
    ],
    cancelled_by_someone_known: [
      { status: "cancelled", cancelled_at: at, cancelled_by: "nobody", cancel_reason: "other" },
    ],
    cancelled_says_when_and_who: [
      { status: "cancelled" },
      { cancelled_at: at, cancelled_by: "staff", cancel_reason: "other" },
      { status: "cancelled", cancelled_at: at, cancelled_by: "staff" },
      { status: "cancelled", cancelled_at: at, cancel_reason: "other" },
    ],
    channel_is_known: [{ channel: "fax" }],
    closed_says_when: [{ status: "closed" }, { closed_at: at }],
    end_after_they_start: [backwards],
    party_is_positive: [{ party_size: 0 }, { party_size: 101 }],
    status_is_known: [{ status: "lost" }],
    support_is_known: [{ support: "lost" }],
    versions_rise_from_one: [{ version: 0 }, { sequence: -1 }, { token_version: 0 }],
  }),
  ...of("audit_events", {
    actor_is_known: [{ actor_kind: "robot" }],
    kind_names_a_thing_and_a_verb: [{ kind: "made" }, { kind: "Thing.made" }],
    reason_is_short: [{ reason: "x".repeat(501) }],
  }),
  ...of("audit_seals", {
    seal_an_event_once: [{ seq: 2 }],
    hash_is_a_sha256: [{ hash: short }, { previous_hash: short }],
    start_at_one: [{ seq: 0 }],
  }),
  ...of("ceiling_counters", {
    are_stated_once: [{ id: 99 }],
    are_never_passed: [{ taken: 2 }, { taken: -1 }],
    count_a_slot_or_a_day: [{ on_date: "2027-03-01" }, { slot_id: null }],
  }),
  ...of("ceiling_uses", { are_positive: [{ units: 0 }] }),
  ...of("ceilings", {
    are_stated_once: [other],
    capacity_is_not_negative: [{ capacity: -1 }, { capacity: 100_001 }],
    channel_is_known: [{ channel: "fax" }],
    lifted_by_day_and_hour: [{ lifted_days_before: 1 }, { lifted_time: "08:00" }],
    lifted_within_a_quarter: [
      { lifted_days_before: -1, lifted_time: "08:00" },
      { lifted_days_before: 91, lifted_time: "08:00" },
    ],
    narrow_a_channel_or_a_service: [{ channel: null }],
    scope_is_known: [{ scope: "week" }],
  }),
  ...of("clock_shift", { has_one_row: [{ is_the_only_row: false }] }),
  ...of("closures", {
    code_is_unique: [other],
    code_is_plain: badCode,
    concern_one_scope: [{ site_id: idOf(2), resource_id: idOf(4) }],
    end_after_they_start: [
      { ends_on: "2027-02-28" },
      { ends_on: "2027-03-01", start_time: "12:00", end_time: "12:00" },
      { ends_on: "2028-03-03" },
    ],
  }),
  ...of("day_marks", {
    code_is_unique: [other],
    code_is_plain: badCode,
    concern_one_scope: [{ site_id: idOf(2), resource_id: idOf(4) }],
    end_after_they_start: [{ ends_on: "2027-02-28" }, { ends_on: "2028-03-03" }],
    mode_is_known: [{ mode: "open" }],
  }),
  ...of("eligibility_entries", { hold_a_keyed_hash: [{ key_hash: short }] }),
  ...of("eligibility_lists", { code_is_unique: [other], code_is_plain: badCode }),
  ...of("holds", {
    one_open_per_client_and_service: [other],
    channel_is_known: [{ channel: "fax" }],
    ended_has_a_time: [{ status: "released" }, { ended_at: at }],
    extend_ten_times: [{ extensions: 11 }, { extensions: -1 }],
    party_is_positive: [{ party_size: 0 }, { party_size: 101 }],
    status_is_known: [{ status: "lost", ended_at: at }],
  }),
  ...of("idempotency_replies", { key_is_short: [{ key: "1234567" }, { key: "x".repeat(256) }] }),
  ...of("invitations", {
    code_is_unique: [other],
    are_not_overused: [{ uses: 2 }, { uses: -1 }],
    uses_fit_a_town: [{ uses_max: 0 }, { uses_max: 100_001 }],
  }),
  ...of("local_holidays", {
    are_stated_once: [other],
    name_is_localized: notAnObject,
  }),
  ...of("message_template_versions", {
    content_is_an_object: [{ content: "[]" }, { content: '"text"' }, { content: "null" }],
    content_is_short: [{ content: JSON.stringify({ text: "x".repeat(100_000) }) }],
    restore_earlier_ones: [{ restored_from: 2 }, { restored_from: 0 }],
    rise_from_one: [{ version: 0, restored_from: null }],
  }),
  ...of("message_templates", {
    are_stated_once: [other],
    channel_is_read_by_people: [{ channel: "webhook" }],
    kind_is_known: [{ kind: "greeting" }],
    language_is_known: [{ language: "es" }],
    versions_rise_from_one: [{ version: 0 }],
  }),
  ...of("mailbox_messages", {
    channel_is_known: [{ channel: "webhook" }],
    reference_is_short: [{ reference: "" }, { reference: "x".repeat(321) }],
  }),
  ...of("message_attempts", {
    code_is_short: [{ code: "x".repeat(41) }],
    outcome_is_known: [{ outcome: "maybe" }],
    reason_is_a_word: [{ reason: "two words" }, { reason: "" }],
  }),
  ...of("message_policies", {
    are_stated_once: [other],
    rules_are_an_object: [{ rules: "[]" }],
  }),
  ...of("message_receipts", {
    are_kept_once: [{ id: 99 }],
    code_is_short: [{ code: "x".repeat(41) }],
    state_is_known: [{ state: "read" }],
  }),
  ...of("message_settings", {
    ceiling_is_not_negative: [{ sms_daily_ceiling_micros: -1 }],
    paused_says_why: [{ paused_at: at }, { paused_reason: "Fire" }],
    price_is_sane: [{ sms_price_micros: -1 }, { sms_price_micros: 10_000_001 }],
    reason_is_short: [{ paused_at: at, paused_reason: "x".repeat(501) }],
  }),
  ...of("message_spend", {
    counts_are_not_negative: [{ spent_micros: -1, ceiling_micros: null }, { parts: -1 }],
    never_passes_its_ceiling: [{ spent_micros: 100_001 }],
  }),
  ...of("messages", {
    are_planned_once: [other],
    channel_is_known: [{ channel: "fax" }],
    counts_are_not_negative: [{ attempt: -1 }, { parts: -1 }, { cost_micros: -1 }],
    domain_is_a_keyed_hash: [{ domain_hash: Buffer.alloc(15) }],
    end_after_they_are_due: [{ not_after: "2027-02-27T07:59:59Z" }],
    end_reason_is_a_word: [
      { status: "failed", ended_at: at, end_reason: "two words" },
      { status: "failed", ended_at: at, end_reason: "" },
    ],
    ended_says_when: [{ ended_at: at }, { status: "sent" }],
    kind_is_known: [{ kind: "poem" }],
    leased_has_an_end: [{ status: "leased" }, { leased_until: at }],
    priority_is_small: [{ priority: -1 }, { priority: 4 }],
    receipt_has_a_time: [{ receipt: "delivered" }, { receipt_at: at }],
    receipt_is_known: [{ receipt: "read", receipt_at: at }],
    status_is_known: [{ status: "lost", ended_at: at }],
    subject_is_known: [{ subject_kind: "weather" }],
    unsent_says_why: [
      { status: "failed", ended_at: at },
      { status: "sent", ended_at: at, end_reason: "joy" },
    ],
    webhooks_go_to_an_endpoint: [{ channel: "webhook" }, { endpoint_id: idOf(20) }],
  }),
  ...of("openings", {
    code_is_unique: [other],
    capacity_fits_a_pool: [{ capacity: -1 }, { capacity: 10_001 }],
    code_is_plain: badCode,
    end_after_they_start: [{ ends_on: "2027-02-28" }],
    extra_ones_end: [
      { kind: "extra", rrule: null, ends_on: null },
      { kind: "extra", rrule: null, ends_on: "2028-03-03" },
    ],
    kind_is_known: [{ kind: "sometimes", rrule: null }],
    mode_is_known: [{ mode: "open" }],
    only_extra_ones_override: [{ overrides_closures: true }],
    recur_by_a_rule: [{ rrule: null }, { kind: "extra" }],
    rule_is_short: [{ rrule: "X".repeat(501) }],
    step_fits_a_day: [{ start_step_minutes: 4 }, { start_step_minutes: 1441 }],
  }),
  ...of("outbox_events", {
    kind_names_a_thing_and_a_verb: [{ kind: "made" }, { kind: "Thing.made" }],
    leased_has_an_end: [{ status: "leased" }, { leased_until: at }],
    relayed_has_a_time: [{ status: "relayed" }, { relayed_at: at }],
    status_is_known: [{ status: "lost" }],
  }),
  ...bulkViolations,
  ...of("participants", {
    are_numbered: [other],
    attendance_has_a_time: [{ attendance: "absent" }, { attendance_at: at }],
    attendance_is_known: [{ attendance: "asleep", attendance_at: at }],
    cancelled_are_not_attended: [{ attendance: "absent", attendance_at: at, cancelled_at: at }],
    outcome_is_known: [{ attendance: "attended", attendance_at: at, outcome: "luck" }],
    outcome_needs_attendance: [
      { attendance: "absent", attendance_at: at, outcome: "done" },
      { outcome: "done" },
    ],
  }),
  ...of("phone_tasks", {
    are_planned_once: [other],
    calls_are_not_negative: [{ calls: -1 }],
    cause_is_known: [{ cause: "boredom" }],
    done_says_how: [{ status: "done", ended_at: at }],
    ended_says_when: [{ status: "dropped" }, { ended_at: at }],
    kind_is_known: [{ kind: "poem" }],
    leased_says_by_whom_until: [
      { status: "leased" },
      { leased_until: at, leased_by: idOf(10) },
      { status: "leased", leased_until: at },
      { leased_by: idOf(10) },
    ],
    outcome_is_known: [{ outcome: "laughed" }],
    status_is_known: [{ status: "lost" }],
  }),
  ...of("call_notes", {
    are_about_one_call: [{ task_id: null }],
    outcome_is_known: [{ outcome: "laughed" }],
    are_short: [{ note_encrypted: Buffer.alloc(29) }],
  }),
  ...of("presence_requests", {
    confirmed_are_not_released: [{ confirmed_at: at, released_at: at }],
    end_before_the_visit: [{ answer_by: at }],
    released_only_if_so_stated: [{ is_released: false, released_at: at }],
  }),
  ...of("proposal_outcomes", { are_known: [{ outcome: "vanishes" }] }),
  ...of("schedule_proposals", {
    applying_says_since_when: [{ status: "applying" }, { started_at: at }],
    change_something: [
      { changes: "[]" },
      { changes: JSON.stringify(Array.from({ length: 51 }, () => ({}))) },
    ],
    digests_are_sha256: [{ rules_digest: short }, { snapshot: short }],
    ended_says_when: [{ status: "dropped" }, { ended_at: at }],
    parts_are_done_in_turn: [{ parts_done: -1 }, { parts_done: 1 }],
    status_is_known: [{ status: "lost" }],
    versions_rise_from_one: [{ version: 0 }],
  }),
  ...of("quota_counters", {
    are_not_negative: [{ taken: -1 }],
    hold_a_keyed_hash: [{ person_hash: short }],
  }),
  ...of("quota_uses", { are_positive: [{ units: 0 }] }),
  ...of("resources", {
    code_is_unique: [other],
    cells_last_5_to_60_minutes: [{ cell_minutes: 4 }, { cell_minutes: 61 }],
    code_is_plain: badCode,
    name_is_localized: notAnObject,
    role_is_plain: [{ role: "Desk" }, { role: "" }],
  }),
  ...of("reminder_opt_outs", { hold_a_keyed_hash: [{ address_hash: short }] }),
  ...of("satisfaction_answers", { rate_from_one_to_five: [{ rating: 0 }, { rating: 6 }] }),
  ...of("secret_key_uses", {
    check_value_is_a_mac: [{ check_value: short }],
    kid_fits_its_form: [{ kid: "" }, { kid: "K" }],
  }),
  ...of("sending_gates", {
    faults_are_not_negative: [{ name: "sms", faults: -1 }],
    name_is_short: [{ name: "" }, { name: "x".repeat(81) }],
  }),
  ...of("sending_switch", {
    has_one_row: [{ is_the_only_row: false }],
    paused_says_why: [
      { is_the_only_row: true, paused_at: at },
      { is_the_only_row: true, paused_reason: "Fire" },
    ],
    reason_is_short: [{ is_the_only_row: true, paused_at: at, paused_reason: "x".repeat(501) }],
  }),
  ...of("service_limits", {
    count_is_positive: [{ count_max: 0 }, { count_max: 1001 }],
    count_something_known: [{ counted: "wishes" }],
    key_is_a_person_or_a_field: [{ key_source: "household" }, { key_source: "field:" }],
    period_is_known: [{ period: "decade" }],
    rolling_fits_two_years: [
      { period: "rolling", rolling_days: 0 },
      { period: "rolling", rolling_days: 732 },
    ],
    rolling_has_days: [{ period: "rolling" }, { rolling_days: 7 }],
  }),
  ...of("services", {
    code_is_unique: [other],
    buffers_fit_a_shift: [
      { buffer_before_minutes: -1 },
      { buffer_before_minutes: 481 },
      { buffer_after_minutes: -1 },
      { buffer_after_minutes: 481 },
    ],
    code_is_plain: badCode,
    cool_down_only_where_scarce: [
      { cool_down_seconds: 1 },
      { cool_down_seconds: 86_401, is_scarce: true },
    ],
    eligibility_has_list_and_field: [{ eligibility_field: "f" }, { eligibility_list_id: idOf(6) }],
    extra_minutes_fit_a_day: [{ extra_minutes_per_person: -1 }, { extra_minutes_per_person: 1441 }],
    hold_lasts_half_a_minute_to_an_hour: [{ hold_ttl_seconds: 29 }, { hold_ttl_seconds: 3601 }],
    horizon_fits_two_years: [{ horizon_days: -1 }, { horizon_days: 731 }],
    last_between_a_minute_and_a_day: [{ duration_minutes: 0 }, { duration_minutes: 1441 }],
    leg_gap_fits_a_shift: [{ leg_gap_max_minutes: -1 }, { leg_gap_max_minutes: 481 }],
    limits_fit_a_quarter: [
      { cancel_limit_minutes: -1 },
      { cancel_limit_minutes: 129_601 },
      { change_limit_minutes: -1 },
      { change_limit_minutes: 129_601 },
    ],
    name_is_localized: notAnObject,
    need_a_role: [{ roles: ["a", "b", "c", "d", "e"] }, { roles: [] }],
    notice_fits_a_quarter: [{ notice_minutes: -1 }, { notice_minutes: 129_601 }],
    noun_is_known: [{ noun: "meeting" }],
    party_fits_a_bus: [{ party_size_max: 0 }, { party_size_max: 101 }],
    places_per_person_are_few: [{ places_per_person: -1 }, { places_per_person: 11 }],
    visibility_is_known: [{ visibility: "secret" }],
  }),
  ...of("sites", {
    code_is_unique: [other],
    code_is_plain: badCode,
    name_is_localized: notAnObject,
  }),
  ...of("slot_generations", { digest_is_a_sha256: [{ inputs_digest: short }] }),
  ...of("slots", {
    of_a_resource_start_once: [{ id: 99 }],
    are_never_oversold: [{ taken: 2 }, { taken: -1 }, { capacity: -1 }],
    end_after_they_start: [backwards],
    mode_is_known: [{ mode: "open" }],
    ordinal_is_not_negative: [{ ordinal: -1 }],
  }),
  ...of("webhook_endpoints", {
    disabled_for_a_known_reason: [{ status: "disabled", disabled_at: at, disabled_reason: "mood" }],
    disabled_says_when_and_why: [
      { status: "disabled" },
      { disabled_at: at, disabled_reason: "failing" },
      { status: "disabled", disabled_at: at },
    ],
    previous_secret_ends: [{ previous_secret_encrypted: short }, { previous_secret_until: at }],
    status_is_known: [{ status: "lost" }],
    url_is_short: [{ url: "https://x" }, { url: `https://${"x".repeat(2_000)}` }],
    want_something: [{ kinds: [] }, { kinds: Array.from({ length: 21 }, () => "change") }],
  }),
  ...waitlistViolations,
  ...of("tenants", {
    slug_is_unique: [other],
    default_language_is_offered: [{ default_language: "de" }],
    name_is_localized: notAnObject,
    slug_fits_a_path: [{ slug: "x" }, { slug: "Comune" }, { slug: "x".repeat(64) }],
  }),
]);

/** Constraints whose rule throws an error of its own instead of being false: SQLSTATE and what does it. */
export const thrownInstead: ReadonlyMap<string, Violation & { readonly code: string }> = new Map([
  [
    "local_holidays_are_dates",
    {
      table: "local_holidays",
      variants: [{ month: 13 }, { month: 2, day: 30 }, { day: 0 }],
      code: "22008",
    },
  ],
]);
