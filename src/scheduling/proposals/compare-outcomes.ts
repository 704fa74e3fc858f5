import type { Outcome } from "./proposal.ts";
import type { OutcomeOf } from "./turn-part.ts";

const rank: Readonly<Record<Outcome, number>> = { stays: 0, returns: 0, moves: 1, conflict: 2 };

/**
 * Whether somebody would be worse off than was shown: an appointment loses its place that was to stay or move, moves
 * that was to stay, or stays in conflict that was to return. One that was booked since is worse off only if it would
 * come into conflict; one that is gone since is not. Pure.
 */
export function isWorse(
  shown: readonly OutcomeOf[],
  {
    found,
    stillInConflict,
  }: {
    readonly found: readonly OutcomeOf[];
    /** Of those that were to return, who is booked and has no place. */
    readonly stillInConflict: readonly string[];
  },
): boolean {
  if (stillInConflict.length > 0) return true;
  const known = new Map(shown.map((one) => [one.appointmentId, one.outcome]));
  return found.some(({ appointmentId, outcome }) => {
    const before = known.get(appointmentId);
    if (before === undefined) return outcome === "conflict";
    return rank[outcome] > rank[before];
  });
}

/** Those who were to have a place again and are not among those who have. */
export function missingReturns(shown: readonly OutcomeOf[], found: readonly OutcomeOf[]): string[] {
  const back = new Set(
    found.filter(({ outcome }) => outcome === "returns").map((one) => one.appointmentId),
  );
  return shown
    .filter(({ outcome, appointmentId }) => outcome === "returns" && !back.has(appointmentId))
    .map((one) => one.appointmentId);
}
