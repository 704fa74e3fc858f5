import type { ProblemType } from "../errors.ts";

export const invalidRecurrence: ProblemType = {
  slug: "invalid-recurrence",
  status: 422,
  title: "This recurrence rule is not supported",
  advice:
    "Change the part named in `part`: rules use FREQ from daily to yearly, INTERVAL, BYDAY, BYMONTH, BYMONTHDAY, BYSETPOS, COUNT or UNTIL.",
};

export const openingsOverlap: ProblemType = {
  slug: "openings-overlap",
  status: 409,
  title: "Two openings of the resource would be open at once",
  advice:
    "Change the times, end the other opening first, or state an extra opening with `overrides_closures` so that it stands in place of the other.",
};

export const openingHindered: ProblemType = {
  slug: "opening-hindered",
  status: 422,
  title: "The extra opening falls on a holiday or into a closure",
  advice:
    "Leave out the dates named in `hindrances`, or set `overrides_closures` (for holidays alone `runs_on_holidays`) to open nevertheless.",
};

/** The problem types of this slice. */
export const schedulingProblems: readonly ProblemType[] = [
  invalidRecurrence,
  openingsOverlap,
  openingHindered,
];
