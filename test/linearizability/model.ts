import { type Action, isStranger, type Operation } from "./history.ts";

/** Where an owner has its place, and for which of its terms (0 for appointments and new holds). */
interface Place {
  readonly cell: string;
  readonly term: number;
}

/** Who has places; everybody else has none. Never changed, only replaced. */
export type State = ReadonlyMap<string, Place>;

export type Capacities = ReadonlyMap<string, number>;

/** The state after an action, the very same when it changes nothing; undefined when it cannot happen in this state. */
export function step(state: State, action: Action, capacities: Capacities): State | undefined {
  switch (action.kind) {
    case "claimed":
      return isFull(state, action.cell, capacities) || state.has(action.owner)
        ? undefined
        : withPlace(state, action.owner, { cell: action.cell, term: 0 });
    case "full":
      return isFull(without(state, action.owner), action.cell, capacities) ? state : undefined;
    case "moved":
      return move(state, action, capacities);
    case "confirmed":
      return confirm(state, action);
    case "extended":
      return extend(state, action);
    case "cancelled":
      return state.has(action.owner) ? without(state, action.owner) : undefined;
    case "released":
      return without(state, action.owner);
    case "expired":
      return state.get(action.owner)?.term === action.term ? without(state, action.owner) : state;
    case "gone":
      return state.has(action.owner) ? undefined : state;
    case "seen":
      return state.get(action.owner)?.cell === action.cell ? state : undefined;
    case "counted":
      return isCount(state, action) ? state : undefined;
  }
}

/**
 * Whether an operation that changes nothing now would change nothing later either, so that it can be put here without
 * losing any explanation: it only looks; or what it would end has begun and ended, for good, because nobody gets a
 * place or a term twice.
 */
export function isSettled({ action, after }: Pick<Operation, "action" | "after">): boolean {
  switch (action.kind) {
    case "full":
    case "gone":
    case "seen":
    case "counted":
      return true;
    case "released":
    case "expired":
      return after !== undefined;
    case "claimed":
    case "moved":
    case "confirmed":
    case "extended":
    case "cancelled":
      return false;
  }
}

/** The same text for the same state, but for which stranger has a place: none of them ever gives it back. */
export function stateText(state: State): string {
  return [...state]
    .map(([owner, { cell, term }]) => `${isStranger(owner) ? "?" : owner}@${cell}#${term}`)
    .toSorted()
    .join();
}

function isFull(state: State, cell: string, capacities: Capacities): boolean {
  return ownersIn(state, cell).length >= (capacities.get(cell) ?? 0);
}

function ownersIn(state: State, cell: string): string[] {
  return [...state].filter(([, place]) => place.cell === cell).map(([owner]) => owner);
}

function move(
  state: State,
  { owner, cell }: { owner: string; cell: string },
  capacities: Capacities,
): State | undefined {
  const place = state.get(owner);
  if (!place) return undefined;
  if (place.cell === cell) return state;
  return isFull(state, cell, capacities) ? undefined : withPlace(state, owner, { ...place, cell });
}

function confirm(
  state: State,
  { hold, owner, isMove }: { hold: string; owner: string; isMove: boolean },
): State | undefined {
  const place = state.get(hold);
  if (!place || state.has(owner) !== isMove) return undefined;
  return withPlace(without(state, hold), owner, { cell: place.cell, term: 0 });
}

function extend(state: State, { owner, term }: { owner: string; term: number }): State | undefined {
  const place = state.get(owner);
  return place && withPlace(state, owner, { cell: place.cell, term });
}

function isCount(
  state: State,
  { cell, owners, strangers }: Extract<Action, { kind: "counted" }>,
): boolean {
  const found = ownersIn(state, cell);
  const named = found.filter((owner) => !isStranger(owner));
  return (
    found.length - named.length === strangers &&
    named.toSorted().join() === owners.toSorted().join()
  );
}

function withPlace(state: State, owner: string, place: Place): State {
  return new Map(state).set(owner, place);
}

function without(state: State, owner: string | undefined): State {
  if (owner === undefined || !state.has(owner)) return state;
  const rest = new Map(state);
  rest.delete(owner);
  return rest;
}
