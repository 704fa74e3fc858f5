import { dropRefuted } from "./drop-refuted.ts";
import { type History, namesOf, type Operation } from "./history.ts";
import { searchOrder } from "./search-order.ts";

/** Whether some order of the operations, one at a time, explains every answer. */
export type Verdict =
  | { readonly kind: "explained" }
  /** No order does. `blocked` could not come next in the longest attempt. */
  | { readonly kind: "unexplained"; readonly blocked: readonly Operation[]; readonly why: string }
  /** Neither was shown with the effort allowed. */
  | { readonly kind: "undecided"; readonly why: string };

/** Situations tried per group; where some order exists, a few per operation are enough. */
const effortMax = 100_000;

/**
 * Looks for an order of all operations in which each takes effect at one instant between its start and its end and
 * all answers are right (linearizability). Operations that touch neither a common cell nor a common owner cannot
 * contradict each other, so each connected group is searched by itself; what touches two cells, such as moving,
 * connects them and is one step in both, so nothing is lost by looking at groups.
 */
export function checkHistory({ operations, capacities }: History): Verdict {
  for (const group of groupsOf(dropRefuted(operations))) {
    const result = searchOrder(group, { capacities, effortMax });
    if (result.kind === "found") continue;
    const why = `${result.placed} of ${group.length} operations in order; then [${result.state}] and none of:\n${result.blocked
      .map(lineOf)
      .join("\n")}`;
    return result.kind === "none"
      ? { kind: "unexplained", blocked: result.blocked, why }
      : { kind: "undecided", why };
  }
  return { kind: "explained" };
}

function lineOf({ name, start, end, isDoubtful, action }: Operation): string {
  const doubt = isDoubtful === true ? " (no answer)" : "";
  return `  ${name} ${start.toFixed(1)}–${end.toFixed(1)}${doubt} ${JSON.stringify(action)}`;
}

function groupsOf(operations: readonly Operation[]): Operation[][] {
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let parent = parents.get(root); parent !== undefined; parent = parents.get(root))
      root = parent;
    if (root !== name) parents.set(name, root);
    return root;
  };
  for (const { action } of operations) {
    const [first = "", ...rest] = namesOf(action).map(rootOf);
    for (const other of rest)
      if (rootOf(other) !== rootOf(first)) parents.set(rootOf(other), rootOf(first));
  }
  const groups = Map.groupBy(operations, ({ action }) => rootOf(namesOf(action)[0] ?? ""));
  return [...groups.values()];
}
