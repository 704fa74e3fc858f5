import type { ProblemType } from "../errors.ts";

export const limitReached: ProblemType = {
  slug: "limit-reached",
  status: 409,
  title: "The limit per person is reached",
  advice: "Cancel an appointment that is not needed, or choose a date in another period.",
};

export const notEligible: ProblemType = {
  slug: "not-eligible",
  status: 403,
  title: "This service is for registered people only",
  advice:
    "Check the number entered in the field that `path` names, or ask the office to be registered.",
};

export const notBookedAnyMore: ProblemType = {
  slug: "not-booked-any-more",
  status: 409,
  title: "The appointment is closed or cancelled",
  advice: "Book a new appointment.",
};

export const tooLateToChange: ProblemType = {
  slug: "too-late-to-change",
  status: 409,
  title: "It is too late to do this online",
  advice: "Call the office; staff can still change or cancel the appointment.",
};

export const notInConflict: ProblemType = {
  slug: "not-in-conflict",
  status: 409,
  title: "The appointment is not in conflict",
  advice: "Nothing has to be decided: it has its place, or was kept already.",
};

export const notBegunYet: ProblemType = {
  slug: "not-begun-yet",
  status: 409,
  title: "The visit has not begun yet",
  advice:
    "Record attendance from the start of the day of the visit on, and absence from its start on.",
};

/** Problem types of this slice, for their pages. */
export const appointmentProblems: readonly ProblemType[] = [
  limitReached,
  notEligible,
  notBookedAnyMore,
  tooLateToChange,
  notInConflict,
  notBegunYet,
];
