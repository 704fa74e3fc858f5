import type { ProblemType } from "../errors.ts";

export const taskNotYours: ProblemType = {
  slug: "task-not-yours",
  status: 409,
  title: "Somebody else has this call, or it is over",
  advice: "Take the next one of the list.",
};

export const notVisited: ProblemType = {
  slug: "not-visited",
  status: 409,
  title: "There was no visit to be rated",
  advice: "A visit can be rated once it is closed and somebody attended.",
};

/** Problem types of this slice, for their pages. */
export const reminderProblems: readonly ProblemType[] = [taskNotYours, notVisited];
