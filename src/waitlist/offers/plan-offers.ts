import type { WaitingEntry } from "../entries/entry.ts";
import { placeName } from "../entries/wish-fits.ts";
import type { ServiceWaitlist } from "../settings/settings.ts";
import { chooseCompanions, choosePlace, kindName } from "./choose-offer.ts";
import type { FreeOfKind, OpenPlace } from "./find-free-places.ts";
import type { OfferPlan } from "./make-offers.ts";

/** What decides about plans besides the order. */
export interface PlanRules {
  /** By the kind of visit. */
  readonly free: ReadonlyMap<string, FreeOfKind>;
  /** By service. */
  readonly settings: ReadonlyMap<string, ServiceWaitlist>;
}

/** A plan and where its wish stands among those that were looked at. */
export interface PlannedOffer extends OfferPlan {
  readonly place: OpenPlace;
  readonly at: number;
}

/** Which part of the order is planned. */
export interface PlanPart extends PlanRules {
  readonly from: number;
  readonly plansMax: number;
  /** Wishes that were asked already, or cannot be. */
  readonly isOver: (entry: WaitingEntry) => boolean;
}

/**
 * Plans offers wish by wish in the order, each the earliest place that fits and is left, as if those before it had
 * theirs already. Pure.
 */
export function planOffers(
  entries: readonly WaitingEntry[],
  { free, settings, from, plansMax, isOver }: PlanPart,
): PlannedOffer[] {
  const plans: PlannedOffer[] = [];
  const planned = new Set<string>();
  const taken = new Map<string, number>();
  const isOut = (entry: WaitingEntry): boolean => isOver(entry) || planned.has(entry.id);
  for (let at = from; at < entries.length && plans.length < plansMax; at += 1) {
    const entry = entries[at];
    if (!entry || isOut(entry)) continue;
    const kind = kindName(entry);
    const ofKind = free.get(kind);
    const rules = settings.get(entry.serviceIds[0] ?? "");
    if (!ofKind || !rules) continue;
    const nameOf = (place: OpenPlace): string => `${kind}/${placeName(place)}`;
    const isLeft = (place: OpenPlace): boolean =>
      ofKind.left(place) > (taken.get(nameOf(place)) ?? 0);
    const place = choosePlace(entry, ofKind.places(), isLeft);
    if (!place) continue;
    const count = rules.people_per_place;
    const others = (): WaitingEntry[] => entries.filter((one) => !isOut(one));
    const companions = count === 1 ? [] : chooseCompanions(entry, others(), { place, count });
    for (const one of [entry, ...companions]) planned.add(one.id);
    taken.set(nameOf(place), (taken.get(nameOf(place)) ?? 0) + 1);
    const { timeZone } = place;
    plans.push({ at, place, timeZone, entry, companions, answerMinutes: rules.answer_minutes });
  }
  return plans;
}
