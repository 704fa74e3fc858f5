import type { ProblemType } from "../errors.ts";

export const slugTaken: ProblemType = {
  slug: "tenant-slug-taken",
  status: 409,
  title: "Another administration has this name in addresses",
  advice: "Choose another slug.",
};

export const apiKeysFull: ProblemType = {
  slug: "api-keys-full",
  status: 409,
  title: "There are too many keys",
  advice: "Revoke keys that are no longer used.",
};

/** Refusals of tenants and keys. */
export const identityProblems: readonly ProblemType[] = [slugTaken, apiKeysFull];
