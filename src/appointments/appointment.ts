/** How an appointment changes; a test compares this with the database's list. */
export const appointmentTransitions = [
  ["booked", "closed"],
  ["booked", "cancelled"],
] as const;

export const appointmentStatuses = ["booked", "closed", "cancelled"] as const;
export type AppointmentStatus = (typeof appointmentStatuses)[number];

/** Whether openings still support the time: changes of openings never delete an appointment. */
export const supports = ["supported", "conflict"] as const;
export type Support = (typeof supports)[number];

export const cancellers = ["citizen", "staff", "bulk", "system"] as const;
export type Canceller = (typeof cancellers)[number];

/** Why an appointment was cancelled. `lapsed` and `not_confirmed` are written by the system only. */
export const cancelReasons = [
  "not_needed",
  "cannot_come",
  "found_elsewhere",
  "booked_twice",
  "office_closed",
  "staff_missing",
  "technical",
  "lapsed",
  "not_confirmed",
  "not_entitled",
  "other",
] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** Reasons a citizen can give. */
export const citizenCancelReasons = [
  "not_needed",
  "cannot_come",
  "found_elsewhere",
  "booked_twice",
  "other",
] as const;

/** `not_served_by_us`: they came and we could not; never counted as their absence. */
export const attendances = ["attended", "absent", "not_served_by_us"] as const;
export type Attendance = (typeof attendances)[number];

export const outcomes = [
  "done",
  "done_partly",
  "wrong_papers",
  "not_entitled",
  "gave_up",
  "other",
] as const;
export type Outcome = (typeof outcomes)[number];
