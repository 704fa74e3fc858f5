import type { History, Operation } from "./history.ts";

/**
 * The history in which the last refusal for want of a place, in a cell that ended full, was a booking instead that is
 * also found in the end. Throws where there is none.
 */
export function withOversale(history: History): History {
  const refusal = history.operations.findLast(
    ({ action }) =>
      action.kind === "full" && action.owner === undefined && endsFull(history, action.cell),
  );
  if (refusal?.action.kind !== "full") throw new Error("Nobody was refused where it ended full");
  const { cell } = refusal.action;
  const operations = history.operations.map((one): Operation => {
    const { action } = one;
    if (one === refusal) return { ...one, action: { kind: "claimed", cell, owner: "oversold" } };
    if (action.kind !== "counted" || action.cell !== cell) return one;
    return { ...one, action: { ...action, owners: [...action.owners, "oversold"] } };
  });
  return { ...history, operations };
}

/**
 * The history in which one of the appointments that were found in the end is not, though nobody may have cancelled
 * it. Throws where there is none.
 */
export function withLostBooking(history: History): History {
  const doubted = new Set(
    history.operations.flatMap(({ isDoubtful, action }) =>
      isDoubtful === true && "owner" in action ? [action.owner] : [],
    ),
  );
  const lost = counts(history)
    .flatMap(({ owners }) => owners)
    .findLast((owner) => !doubted.has(owner));
  if (lost === undefined) throw new Error("Nothing was booked in the end");
  const operations = history.operations.map((one) =>
    one.action.kind === "counted"
      ? {
          ...one,
          action: { ...one.action, owners: one.action.owners.filter((owner) => owner !== lost) },
        }
      : one,
  );
  return { ...history, operations };
}

/** The history with one more refusal, in a cell that has had a free place since long. Throws where there is none. */
export function withStaleRefusal(history: History): History {
  const count = counts(history).findLast(({ cell }) => !endsFull(history, cell));
  if (!count) throw new Error("Every cell ended full");
  const end = Math.max(...history.operations.map((one) => one.end).filter(Number.isFinite));
  const action = { kind: "full", cell: count.cell } as const;
  const refusal: Operation = { name: "stale", action, start: end + 1, end: end + 2 };
  return { ...history, operations: [...history.operations, refusal] };
}

/** The history in which a hold that expired was confirmed a minute later. Throws where there is none. */
export function withLateConfirmation(history: History): History {
  const ended = new Set(
    history.operations.flatMap(({ action }) => {
      if (action.kind === "confirmed") return [action.hold];
      return action.kind === "released" || action.kind === "extended" ? [action.owner] : [];
    }),
  );
  const expiry = history.operations.find(
    ({ action }) => action.kind === "expired" && !ended.has(action.owner),
  );
  if (expiry?.action.kind !== "expired") throw new Error("No hold was left to expire");
  const hold = expiry.action.owner;
  const action = { kind: "confirmed", hold, owner: "late", isMove: false } as const;
  const late: Operation = { name: "late", action, start: expiry.end + 1, end: expiry.end + 2 };
  return { ...history, operations: [...history.operations, late] };
}

function counts({ operations }: History) {
  return operations.flatMap(({ action }) => (action.kind === "counted" ? [action] : []));
}

function endsFull(history: History, cell: string): boolean {
  const count = counts(history).find((one) => one.cell === cell);
  return (
    count !== undefined &&
    count.owners.length + count.strangers >= (history.capacities.get(cell) ?? 0)
  );
}
