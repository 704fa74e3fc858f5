import fc from "fast-check";
import type { Action, Operation } from "./history.ts";
import { type Capacities, type State, step } from "./model.ts";

/** What somebody tries; numbers choose among what there is. */
interface Attempt {
  readonly kind: "claim" | "cancel" | "move" | "extend" | "confirm" | "release" | "look";
  readonly who: number;
  readonly where: number;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  kind: fc.constantFrom(
    "claim",
    "claim",
    "claim",
    "cancel",
    "move",
    "extend",
    "confirm",
    "release",
    "look",
  ),
  who: fc.nat({ max: 1_000 }),
  where: fc.nat({ max: 1_000 }),
});

/**
 * Histories in which one request after the other was answered, each at its own instant 100 apart, with the answers
 * of the model, and a count of every cell at the end.
 */
export function sequences(capacities: Capacities): fc.Arbitrary<Operation[]> {
  return fc.array(attempt, { minLength: 10, maxLength: 120 }).map((attempts) => {
    const operations: Operation[] = [];
    let state: State = new Map();
    const add = (action: Action): void => {
      const at = operations.length * 100;
      operations.push({ name: `op${operations.length}`, action, start: at, end: at });
      state = step(state, action, capacities) ?? state;
    };
    for (const one of attempts) add(answer(one, { state, count: operations.length, capacities }));
    for (const cell of capacities.keys()) {
      const owners = [...state].filter(([, place]) => place.cell === cell).map(([owner]) => owner);
      add({ kind: "counted", cell, owners, strangers: 0 });
    }
    return operations;
  });
}

interface Moment {
  readonly state: State;
  readonly count: number;
  readonly capacities: Capacities;
}

/** What the model answers to an attempt. */
function answer({ kind, who, where }: Attempt, { state, count, capacities }: Moment): Action {
  const names = [...capacities.keys()];
  const cell = names[where % names.length] ?? "";
  // One in eight names somebody who never had a place.
  const owner =
    who % 8 === 0 ? "nobody" : ([...state.keys()][who % Math.max(1, state.size)] ?? "nobody");
  const wish = wishOf(kind, { owner, cell, count });
  if (step(state, wish, capacities)) return wish;
  if (wish.kind === "claimed") return { kind: "full", cell };
  if (wish.kind === "seen") return { kind: "seen", owner, cell: state.get(owner)?.cell };
  if (wish.kind === "moved" && state.has(owner)) return { kind: "full", cell, owner };
  return { kind: "gone", owner };
}

function wishOf(
  kind: Attempt["kind"],
  { owner, cell, count }: { owner: string; cell: string; count: number },
): Action {
  switch (kind) {
    case "claim":
      return { kind: "claimed", cell, owner: `o${count}` };
    case "cancel":
      return { kind: "cancelled", owner };
    case "move":
      return { kind: "moved", owner, cell };
    case "extend":
      return { kind: "extended", owner, term: count };
    case "confirm":
      return { kind: "confirmed", hold: owner, owner: `o${count}`, isMove: false };
    case "release":
      return { kind: "released", owner };
    case "look":
      return { kind: "seen", owner, cell };
  }
}
