import type { ProblemType } from "../errors.ts";

export const slugTaken: ProblemType = {
  slug: "tenant-slug-taken",
  status: 409,
  title: "Another administration has this name in addresses",
  advice: "Choose another slug.",
};

/** Refusals of tenants and keys. */
export const identityProblems: readonly ProblemType[] = [slugTaken];
