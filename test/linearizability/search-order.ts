import type { Operation } from "./history.ts";
import { type Capacities, isSettled, type State, stateText, step } from "./model.ts";
import { createPending, type Pending } from "./pending.ts";

/** What came of a search; when no order was found, how far the longest attempt came. */
export type Search =
  | { readonly kind: "found" }
  | {
      readonly kind: "none" | "given up";
      readonly placed: number;
      readonly state: string;
      readonly blocked: readonly Operation[];
    };

export interface Limits {
  readonly capacities: Capacities;
  /** So many different situations are tried at most. */
  readonly effortMax: number;
}

/** A situation of the search: what was placed to come here, the state, and what could come next. */
interface Level {
  readonly placed: readonly Operation[];
  readonly state: State;
  readonly choices: readonly Operation[];
  next: number;
}

/**
 * The search of Wing and Gong, with Lowe's memory of situations (which operations are placed, and the state): places
 * one operation after the other, never one that started after the end of another that is not placed yet, and goes
 * back when nothing fits. What changes nothing, and prevents nothing, is placed at once; doubtful operations are tried last, or left out.
 */
export function searchOrder(
  operations: readonly Operation[],
  { capacities, effortMax }: Limits,
): Search {
  const pending = createPending(operations);
  const seen = new Set<string>();
  const first = place(pending, { chosen: [], state: new Map(), capacities });
  const levels: Level[] = [first];
  let deepest = { placed: 0, state: "", blocked: first.choices };
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    if (pending.isDone()) return { kind: "found" };
    if (seen.size > effortMax) return { kind: "given up", ...deepest };
    const choice = level.choices[level.next];
    level.next += 1;
    if (!choice) {
      for (const one of level.placed) pending.putBack(one);
      levels.pop();
      continue;
    }
    const state = step(level.state, choice.action, capacities);
    if (!state) continue;
    const tried = place(pending, { chosen: [choice], state, capacities });
    const situation = `${pending.text()}|${stateText(tried.state)}`;
    if (seen.has(situation)) {
      for (const one of tried.placed) pending.putBack(one);
      continue;
    }
    seen.add(situation);
    levels.push(tried);
    if (pending.count() > deepest.placed) {
      deepest = { placed: pending.count(), state: stateText(tried.state), blocked: tried.choices };
    }
  }
  return { kind: "none", ...deepest };
}

/** Places what was chosen, which led to `state`, and all that changes nothing there. */
function place(
  pending: Pending,
  given: { chosen: readonly Operation[]; state: State; capacities: Capacities },
): Level {
  const { chosen, state, capacities } = given;
  const placed = [...chosen];
  for (const one of chosen) pending.take(one);
  for (;;) {
    const choices = pending.candidates();
    const settled = choices.filter(
      (one) =>
        isSettled(one) && !pending.shutsOut(one) && step(state, one.action, capacities) === state,
    );
    if (settled.length === 0) return { placed, state, choices, next: 0 };
    for (const one of settled) pending.take(one);
    placed.push(...settled);
  }
}
