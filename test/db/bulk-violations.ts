import { of } from "./violation.ts";

const short = Buffer.alloc(31);
const at = "2027-03-01T08:00:00Z";

/** What violates the constraints of operations over many appointments. */
export const bulkViolations = [
  ...of("bulk_operations", {
    cancel_for_a_reason: [{ reason: null }, { kind: "notify" }],
    digest_is_a_sha256: [{ digest: short }],
    documents_are_objects: [{ filter: "[]" }, { counts: "[]" }],
    ended_says_when: [{ ended_at: at }, { status: "expired" }],
    free_capacity_by_cancelling: [{ kind: "notify", reason: null, freed_capacity: "sale" }],
    freed_capacity_is_known: [{ freed_capacity: "gift" }],
    items_are_bounded: [{ items: -1 }, { items: 250_001 }],
    kind_is_known: [{ kind: "praise", reason: null }],
    move_by_a_rule: [{ move_rule: {} }, { kind: "move", reason: null }],
    rebook_until_some_time: [
      { rebook_until: at },
      { rebooking: {}, status: "running", started_at: at },
    ],
    rebook_what_they_cancel: [{ kind: "notify", reason: null, rebooking: {} }],
    reason_is_known: [{ reason: "mood" }],
    started_says_when: [{ started_at: at }, { status: "running" }],
    status_is_known: [{ status: "lost", started_at: at }],
    versions_rise_from_one: [{ version: 0 }],
    waitlist_has_a_time: [{ freed_capacity: "waitlist" }, { waitlist_minutes: 60 }],
    waitlist_lasts_a_week: [
      { freed_capacity: "waitlist", waitlist_minutes: 0 },
      { freed_capacity: "waitlist", waitlist_minutes: 10_081 },
    ],
  }),
  ...of("bulk_operation_texts", {
    are_short: [
      { language: "de", text: "" },
      { language: "de", text: "x".repeat(2_001) },
    ],
    language_is_known: [{ language: "es" }],
  }),
  ...of("bulk_operation_parts", {
    are_numbered_from_zero: [{ number: -1 }],
    have_one_outcome_per_item: [
      { status: "settled", outcomes: ["done", "done"], event_ids: [], settled_at: at },
    ],
    name_each_item_once: [
      { appointment_ids: [] },
      { versions: [1, 2] },
      { in_conflict: [true, false] },
    ],
    outcomes_are_known: [{ status: "settled", outcomes: ["luck"], event_ids: [], settled_at: at }],
    settled_says_what_came_of_each: [
      { status: "settled" },
      { outcomes: ["done"], event_ids: [], settled_at: at },
      { status: "settled", outcomes: ["done"], settled_at: at },
    ],
    status_is_known: [{ status: "lost", outcomes: ["done"], event_ids: [], settled_at: at }],
    told_says_when: [
      { status: "told", outcomes: ["done"], event_ids: [], settled_at: at },
      { told_at: at },
    ],
  }),
  ...of("early_accesses", {
    end_after_they_start: [{ ends_at: "2020-01-01T00:00:00Z" }],
  }),
  ...of("service_suspensions", {
    end_after_they_start: [{ ends_at: "2020-01-01T00:00:00Z" }],
  }),
  ...of("urgent_closures", {
    close_resources_or_a_service: [{ service_id: "00000000-0000-7000-8000-000000000003" }],
    digest_is_a_sha256: [{ digest: short }],
    documents_are_objects: [{ reason: "[]" }, { numbers: "[]" }],
    end_after_they_start: [{ ends_at: "2020-01-01T00:00:00Z" }],
    last_a_day: [{ ends_at: "2199-01-01T00:00:00Z" }],
    lifted_says_when: [{ lifted_at: at }, { status: "lifted", started_at: at }],
    name_some_resources: [{ resource_ids: [] }],
    started_says_when: [{ started_at: at }, { status: "active" }],
    status_is_known: [{ status: "lost", started_at: at }],
    versions_rise_from_one: [{ version: 0 }],
    way_is_bounded: [{ on_the_way_minutes: -1 }, { on_the_way_minutes: 241 }],
  }),
  ...of("urgent_closure_visits", {
    place_is_known: [{ place: "sold" }],
  }),
];
