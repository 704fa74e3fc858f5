import type { ProblemType } from "../../errors.ts";

export const proposalTooLarge: ProblemType = {
  slug: "proposal-too-large",
  status: 422,
  title: "The proposal concerns too much at once",
  advice: "Divide it by sites or by dates, and apply the parts one after the other.",
};

export const proposalStale: ProblemType = {
  slug: "proposal-stale",
  status: 409,
  title: "What was shown does not hold any more",
  advice:
    "Look at the numbers in `proposal`, which were computed anew, and apply them with the new `snapshot` if you still want to.",
};

export const proposalOver: ProblemType = {
  slug: "proposal-over",
  status: 409,
  title: "The proposal was dropped, applied or has expired",
  advice: "Make another one.",
};

/** The problem types of proposals. */
export const proposalProblems: readonly ProblemType[] = [
  proposalTooLarge,
  proposalStale,
  proposalOver,
];
