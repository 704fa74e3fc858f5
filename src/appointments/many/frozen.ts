import type { ManyRow } from "./queries.ts";

/** An appointment as it was when somebody decided what becomes of it. */
export interface FrozenAppointment {
  readonly id: string;
  readonly version: number;
  readonly wasInConflict: boolean;
}

/** What came of an appointment: done, or why it was left as it is. */
export type ManyOutcome = "done" | "changed" | "ended" | "begun";

/**
 * Whether a frozen appointment may still be dealt with as was decided: it is booked, has not begun, and is as it was
 * then. With `mayLoseSupport`, having lost its places since is no change: they were closed for this very purpose. Pure.
 */
export function judgeFrozen(
  frozen: FrozenAppointment,
  row: ManyRow | undefined,
  { mayLoseSupport }: { readonly mayLoseSupport: boolean },
): ManyOutcome {
  if (!row || row.status !== "booked") return "ended";
  if (row.has_begun) return "begun";
  if (row.version === frozen.version) return "done";
  const hasOnlyLostSupport =
    row.version === frozen.version + 1 && !frozen.wasInConflict && row.support === "conflict";
  return mayLoseSupport && hasOnlyLostSupport ? "done" : "changed";
}
