import type { ProblemType } from "../errors.ts";

export const previewExpired: ProblemType = {
  slug: "preview-expired",
  status: 409,
  title: "The preview is too old",
  advice: "Make a new preview, look at it, and start that one.",
};

export const notAsPreviewed: ProblemType = {
  slug: "not-as-previewed",
  status: 409,
  title: "The confirmation is not of this preview",
  advice:
    "Send the `digest` of the preview and the number of appointments that it shows, typed again.",
};

export const wrongOperationState: ProblemType = {
  slug: "wrong-operation-state",
  status: 409,
  title: "The operation is in another state",
  advice: "`status` says in which. Read the operation again.",
};

export const tooManyItems: ProblemType = {
  slug: "too-many-items",
  status: 409,
  title: "These are too many appointments for one operation",
  advice: "Narrow the filter; `count_max` says how many one operation may hold.",
};

export const cannotClose: ProblemType = {
  slug: "cannot-close",
  status: 409,
  title: "The places cannot be closed by this operation",
  advice:
    "A filter on services, channels, languages, support or statuses names people, not places. Close the places first by a closure, or choose `waitlist` or `sale`.",
};

export const nothingToChoose: ProblemType = {
  slug: "nothing-to-choose",
  status: 409,
  title: "There is nothing to choose for this appointment",
  advice: "Read the appointment again: it has its place, has another time, or was cancelled.",
};

export const noRoomToWait: ProblemType = {
  slug: "no-room-to-wait",
  status: 409,
  title: "There is no room left for those who wait",
  advice: "Choose a later time, another day, or cancel.",
};

export const notRebookable: ProblemType = {
  slug: "not-rebookable",
  status: 409,
  title: "There is nothing to choose instead",
  advice: "`state` says why: another time was chosen already, or none is offered.",
};

/** The problem types of operations over many appointments. */
export const bulkProblems: readonly ProblemType[] = [
  previewExpired,
  notAsPreviewed,
  wrongOperationState,
  tooManyItems,
  cannotClose,
  nothingToChoose,
  noRoomToWait,
  notRebookable,
];
