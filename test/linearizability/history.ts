/**
 * What happened to the places of one cell, as one answer tells it. A cell is a start at a site with its places; an
 * owner is a hold or an appointment. Each says what must be true at the one instant at which it took effect.
 */
export type Action =
  /** The owner got a place: one was free. A hold has it for its first `term`, an appointment for good. */
  | { readonly kind: "claimed"; readonly cell: string; readonly owner: string }
  /** No place was left, besides what the owner itself has there. */
  | { readonly kind: "full"; readonly cell: string; readonly owner?: string }
  /** The owner, which had a place, has one in this cell instead: one was free, or its own. */
  | { readonly kind: "moved"; readonly owner: string; readonly cell: string }
  /** The hold's place became the owner's: a new one, or one that gave back its other place when `isMove`. */
  | {
      readonly kind: "confirmed";
      readonly hold: string;
      readonly owner: string;
      readonly isMove: boolean;
    }
  /** The hold, which had a place, got its next term. */
  | { readonly kind: "extended"; readonly owner: string; readonly term: number }
  /** The owner, which had a place, gave it back. */
  | { readonly kind: "cancelled"; readonly owner: string }
  /** The hold has no place from now on, whether it had one or not. */
  | { readonly kind: "released"; readonly owner: string }
  /** The hold has no place from now on, unless it was given another term before. */
  | { readonly kind: "expired"; readonly owner: string; readonly term: number }
  /** The owner had no place. */
  | { readonly kind: "gone"; readonly owner: string }
  /** The owner had a place in this cell, or none where undefined. */
  | { readonly kind: "seen"; readonly owner: string; readonly cell: string | undefined }
  /** Exactly these had places in the cell, and so many whose names nobody was told. */
  | {
      readonly kind: "counted";
      readonly cell: string;
      readonly owners: readonly string[];
      readonly strangers: number;
    };

/** A name for the owner of a place whose claim got no answer. */
export function strangerName(operationName: string): string {
  return `?${operationName}`;
}

export function isStranger(owner: string): boolean {
  return owner.startsWith("?");
}

/** One request with its answer, or one tick of the clock. */
export interface Operation {
  /** Unique in its history. */
  readonly name: string;
  readonly action: Action;
  /** When it was sent; milliseconds of the monotonic clock. */
  readonly start: number;
  /** When its answer was there; without one, when nothing was under way any more. */
  readonly end: number;
  /** It may never have taken effect, because nobody saw its answer; else it did before its end. */
  readonly isDoubtful?: boolean;
  /** Name of the operation, not doubtful, that it comes after whatever the times say: a term ends after it began. */
  readonly after?: string;
}

/** All operations in any order, and how many places each cell has. */
export interface History {
  readonly operations: readonly Operation[];
  readonly capacities: ReadonlyMap<string, number>;
}

/** Owners and cells that an action concerns, with a prefix each. */
export function namesOf(action: Action): readonly string[] {
  const owner = "owner" in action && action.owner !== undefined ? [`owner ${action.owner}`] : [];
  switch (action.kind) {
    case "claimed":
    case "full":
    case "moved":
      return [...owner, `cell ${action.cell}`];
    case "seen":
      return action.cell === undefined ? owner : [...owner, `cell ${action.cell}`];
    case "confirmed":
      return [...owner, `owner ${action.hold}`];
    case "counted":
      return [`cell ${action.cell}`, ...action.owners.map((one) => `owner ${one}`)];
    case "extended":
    case "cancelled":
    case "released":
    case "expired":
    case "gone":
      return owner;
  }
}
