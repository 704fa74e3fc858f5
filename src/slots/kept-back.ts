/** How units of a slot are kept back until an instant: freed ones that cool down, or reserved for people who were cancelled. */
export const keptBackKinds = ["cooldown", "reserve"] as const;
export type KeptBackKind = (typeof keptBackKinds)[number];

/** Who comes before others: somebody of the waitlist, or somebody who was cancelled and chooses again. */
export type Priority = "waitlist" | "rebooking";

/** Which places that are kept back somebody may have. The waitlist never gets what is reserved for those who were cancelled. */
export function keptBackFor({
  isStaff,
  priority,
}: {
  readonly isStaff: boolean;
  readonly priority?: Priority | undefined;
}): readonly KeptBackKind[] {
  if (isStaff || priority === "rebooking") return keptBackKinds;
  return priority === "waitlist" ? ["cooldown"] : [];
}
