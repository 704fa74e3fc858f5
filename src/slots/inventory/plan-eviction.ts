/** One allocation on a slot that is to shrink, or of an owner who has one there. */
export interface HeldUnits {
  /** Ascends with age: the newest has the largest. */
  readonly id: number;
  readonly slotId: number;
  readonly ownerKind: "hold" | "appointment" | "offer" | "cooldown";
  /** Ids of appointments ascend with age. */
  readonly ownerId: string;
  readonly units: number;
  readonly isCounted: boolean;
}

/** Who has to go. */
export interface Eviction {
  /** Holds, offers and cool-downs that end. */
  readonly releasedOwnerIds: readonly string[];
  /** Appointments none of whose cells are counted any more. */
  readonly uncountedAppointmentIds: readonly string[];
}

/**
 * Chooses who gives way so that every slot holds what `capacities` leaves it: cool-downs first, then holds, then
 * offers, then appointments, the newest first. Whoever gives way does so with all cells or none. Appointments on a
 * slot with nothing left give way also when they were not counted, because there is no longer an opening at all.
 * Slots not named in `capacities` have room for what they hold.
 */
export function planEviction(
  held: readonly HeldUnits[],
  capacities: ReadonlyMap<number, number>,
): Eviction {
  const counted = countedUnits(held);
  const released: string[] = [];
  const uncounted: string[] = [];
  for (const [ownerId, own] of ownersInOrder(held)) {
    const [first] = own;
    if (first === undefined || own.every((one) => fits(one, counted, capacities))) continue;
    if (first.ownerKind === "appointment") uncounted.push(ownerId);
    else released.push(ownerId);
    for (const { slotId, units, isCounted } of own) {
      if (isCounted) counted.set(slotId, (counted.get(slotId) ?? 0) - units);
    }
  }
  return { releasedOwnerIds: released, uncountedAppointmentIds: uncounted };
}

function fits(
  { slotId, isCounted, ownerKind }: HeldUnits,
  counted: ReadonlyMap<number, number>,
  capacities: ReadonlyMap<number, number>,
): boolean {
  const capacity = capacities.get(slotId) ?? Number.POSITIVE_INFINITY;
  if (!isCounted) return ownerKind !== "appointment" || capacity > 0;
  return (counted.get(slotId) ?? 0) <= capacity;
}

function countedUnits(held: readonly HeldUnits[]): Map<number, number> {
  const counted = new Map<number, number>();
  for (const { slotId, units, isCounted } of held) {
    if (isCounted) counted.set(slotId, (counted.get(slotId) ?? 0) + units);
  }
  return counted;
}

const rank = { cooldown: 0, hold: 1, offer: 2, appointment: 3 } as const;

/** Owners with their allocations, from the one that goes first. */
function ownersInOrder(held: readonly HeldUnits[]): [string, HeldUnits[]][] {
  const rankOf = (own: readonly HeldUnits[]): number => rank[own[0]?.ownerKind ?? "appointment"];
  const newest = (own: readonly HeldUnits[]): number => Math.max(...own.map(({ id }) => id));
  // An appointment that was moved has new allocations and is no younger for it; its own id tells its age.
  return [...Map.groupBy(held, ({ ownerId }) => ownerId)].toSorted(([idA, a], [idB, b]) => {
    const byRank = rankOf(a) - rankOf(b);
    if (byRank !== 0) return byRank;
    if (a[0]?.ownerKind === "appointment") return idA < idB ? 1 : -1;
    return newest(b) - newest(a);
  });
}
