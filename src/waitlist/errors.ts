import type { ProblemType } from "../errors.ts";

export const waitlistNotOffered: ProblemType = {
  slug: "waitlist-not-offered",
  status: 409,
  title: "This service has no waitlist",
  advice: "Choose one of the free times that availability lists, or ask the office.",
};

export const alreadyWaiting: ProblemType = {
  slug: "already-waiting",
  status: 409,
  title: "This person waits for these services already",
  advice: "Withdraw the earlier wish with its link, or wait for its offer.",
};

export const notWaiting: ProblemType = {
  slug: "not-waiting",
  status: 409,
  title: "This wish has ended",
  advice: "Make a new wish if a place is still wanted.",
};

/** Problem types of this slice, for their pages. */
export const waitlistProblems: readonly ProblemType[] = [
  waitlistNotOffered,
  alreadyWaiting,
  notWaiting,
];
