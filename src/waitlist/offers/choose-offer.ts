import type { VisitKind, WaitingEntry } from "../entries/entry.ts";
import { type FreePlace, placeFits } from "../entries/wish-fits.ts";

/** The earliest first; at the same instant in the order of the sites' ids. */
export function inOrderOfTime<Place extends FreePlace>(places: readonly Place[]): Place[] {
  return places.toSorted((a, b) => a.startsAt - b.startsAt || (a.siteId < b.siteId ? -1 : 1));
}

/** The first place that fits a wish and is left, of places in order of time; undefined when none does. Pure. */
export function choosePlace<Place extends FreePlace>(
  entry: WaitingEntry,
  places: readonly Place[],
  isLeft: (place: Place) => boolean = () => true,
): Place | undefined {
  return places.find((place) => placeFits(entry, place) && isLeft(place));
}

/**
 * Who else is asked with a wish, so that `count` people are asked together: the next ones in the order who wait for the
 * same kind of visit and whom the same place fits. `others` are in the order. Pure.
 */
export function chooseCompanions(
  entry: WaitingEntry,
  others: readonly WaitingEntry[],
  { place, count }: { readonly place: FreePlace; readonly count: number },
): WaitingEntry[] {
  const companions: WaitingEntry[] = [];
  for (const one of others) {
    if (companions.length >= count - 1) break;
    if (one.id !== entry.id && kindName(one) === kindName(entry) && placeFits(one, place))
      companions.push(one);
  }
  return companions;
}

/** Names the kind of a visit: those of one kind can have each other's places. */
export function kindName({ serviceIds, partySize, channel }: VisitKind): string {
  return [partySize, channel, ...serviceIds].join("/");
}
