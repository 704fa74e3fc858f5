/** A visit that may wait, and what it needs of which resources: units times cells. */
export interface Candidate {
  readonly id: string;
  readonly needs: readonly { readonly resourceId: string; readonly units: number }[];
}

/**
 * Chooses who keeps the place: in the order given, as long as every resource that a visit needs has room for all of it in
 * the first hour after it opens again. One for whom there is no room does not stand in the way of a smaller one. Pure.
 */
export function chooseKept(
  candidates: readonly Candidate[],
  rooms: ReadonlyMap<string, number>,
): string[] {
  const left = new Map(rooms);
  const kept: string[] = [];
  for (const { id, needs } of candidates) {
    const fits = needs.every(({ resourceId, units }) => units <= (left.get(resourceId) ?? 0));
    if (needs.length === 0 || !fits) continue;
    for (const { resourceId, units } of needs)
      left.set(resourceId, (left.get(resourceId) ?? 0) - units);
    kept.push(id);
  }
  return kept;
}
