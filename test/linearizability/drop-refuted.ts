import { type Action, isStranger, type Operation } from "./history.ts";

/**
 * The operations without those doubtful ones that certainly never took effect, so that the search need not try them:
 * a stranger keeps its place for good, so none came where a later count finds none; and nobody has a place after it
 * was cancelled. Changes no verdict.
 */
export function dropRefuted(operations: readonly Operation[]): Operation[] {
  const certain = operations.filter((one) => one.isDoubtful !== true);
  const cells = new Map(
    certain.flatMap(({ action }) =>
      action.kind === "claimed" ? [[action.owner, action.cell] as const] : [],
    ),
  );
  const isRefuted = ({ action, end }: Operation): boolean =>
    certain.some((other) => other.start > end && refutes(other.action, action, cells));
  return operations.filter((one) => one.isDoubtful !== true || !isRefuted(one));
}

function refutes(later: Action, action: Action, cells: ReadonlyMap<string, string>): boolean {
  switch (action.kind) {
    case "claimed":
      return isStranger(action.owner) && countsNone(later, action.cell);
    case "confirmed":
      return isStranger(action.owner) && countsNone(later, cells.get(action.hold));
    case "cancelled":
      return needsPlace(later, action.owner);
    case "full":
    case "moved":
    case "extended":
    case "released":
    case "expired":
    case "gone":
    case "seen":
    case "counted":
      return false;
  }
}

function countsNone(later: Action, cell: string | undefined): boolean {
  return later.kind === "counted" && later.cell === cell && later.strangers === 0;
}

/** Whether the action can only happen to somebody who has a place. */
function needsPlace(action: Action, owner: string): boolean {
  if (action.kind === "counted") return action.owners.includes(owner);
  if (action.kind === "seen") return action.owner === owner && action.cell !== undefined;
  return (
    (action.kind === "cancelled" || action.kind === "moved" || action.kind === "extended") &&
    action.owner === owner
  );
}
