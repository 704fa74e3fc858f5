import type { Tenant } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { searchAvailability } from "../../slots/availability/search-availability.ts";
import { type AvailabilityDeps, daysMax } from "../../slots/availability/availability.ts";
import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import { findSettings } from "../../messages/settings/queries.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { addDays, type LocalDate, toLocalDate } from "../../time/local-date.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import type { VisitKind } from "../entries/entry.ts";
import { listWaitingKinds, type WaitingKind } from "../entries/queries.ts";
import { type FreePlace, freePlace, placeName } from "../entries/wish-fits.ts";
import { answerBy } from "./answer-by.ts";
import { inOrderOfTime, kindName } from "./choose-offer.ts";
import { quietOf } from "./quiet-of.ts";

/** A free place with its site's zone. */
export interface OpenPlace extends FreePlace {
  readonly timeZone: string;
}

/** What is free for one kind of visit. */
export interface FreeOfKind {
  readonly kind: VisitKind;
  /** In order of time. */
  readonly places: () => readonly OpenPlace[];
  /** How many such visits fit there. */
  readonly left: (place: OpenPlace) => number;
  /** One visit less fits there. */
  readonly take: (place: OpenPlace) => void;
  /** Nothing fits there any more. */
  readonly forget: (place: OpenPlace) => void;
}

/**
 * Finds, for each kind of visit that anybody waits for, what a claim would grant now and there is time to ask about;
 * kinds without any are left out.
 */
export async function findFreePlaces(
  deps: AvailabilityDeps,
  tenant: Tenant,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, FreeOfKind>> {
  const { kinds, now, settings } = await deps.db.inTenant(
    tenant.id,
    async (trx) => ({
      kinds: await listWaitingKinds(trx, tenant.id),
      now: await readClock(trx),
      settings: await findSettings(trx, tenant.id),
    }),
    { isReadOnly: true, signal },
  );
  const today = localDateOf(now, tenant.timeZone);
  const free = new Map<string, FreeOfKind>();
  for (const kind of kinds) {
    signal?.throwIfAborted();
    const found = await countPlaces(deps, tenant, { kind, today });
    const counted = found.filter(([place]) => isAskable(place, { kind, now, settings }));
    if (counted.length > 0) free.set(kindName(kind), freeOfKind(kind, counted));
  }
  return free;
}

/** Whoever is asked now has time to answer; else a place that is too near would stand in the way of later ones. */
function isAskable(
  { startsAt, timeZone }: OpenPlace,
  given: {
    readonly kind: WaitingKind;
    readonly now: number;
    readonly settings: MessageSettings;
  },
): boolean {
  const { kind, now, settings } = given;
  const { noticeMinutes, answerMinutes } = kind;
  const quiet = quietOf(settings, timeZone);
  return answerBy({ now, startsAt, noticeMinutes, answerMinutes, quiet }) !== undefined;
}

type Counted = readonly [place: OpenPlace, visits: number];

function freeOfKind(kind: VisitKind, counted: readonly Counted[]): FreeOfKind {
  const left = new Map(counted.map(([place, visits]) => [placeName(place), visits]));
  let places = inOrderOfTime(counted.map(([place]) => place));
  const forget = (gone: OpenPlace): void => {
    places = places.filter((place) => place !== gone);
  };
  return {
    kind,
    places: () => places,
    left: (place) => left.get(placeName(place)) ?? 0,
    forget,
    take: (place) => {
      const visits = (left.get(placeName(place)) ?? 1) - 1;
      left.set(placeName(place), visits);
      if (visits <= 0) forget(place);
    },
  };
}

async function countPlaces(
  deps: AvailabilityDeps,
  tenant: Tenant,
  { kind, today }: { readonly kind: WaitingKind; readonly today: LocalDate },
): Promise<Counted[]> {
  const { serviceIds, partySize, channel } = kind;
  const last = toLocalDate(kind.toOn);
  const counted: Counted[] = [];
  let from = toLocalDate(kind.fromOn) < today ? today : toLocalDate(kind.fromOn);
  try {
    while (from <= last) {
      const end = addDays(from, daysMax - 1);
      const to = end < last ? end : last;
      const wish = { serviceIds, partySize, channel, priority: "waitlist", from, to } as const;
      const { days } = await searchAvailability(deps, tenant, wish);
      for (const day of days)
        for (const start of day.starts) {
          const at = {
            siteId: day.site_id,
            timeZone: day.time_zone,
            startsAt: start.starts_at.getTime(),
          };
          counted.push([{ ...freePlace(at), timeZone: day.time_zone }, start.places]);
        }
      from = addDays(to, 1);
    }
  } catch (error) {
    // A service was retired, or takes smaller parties now: nothing can be offered.
    if (!(error instanceof DomainError)) throw error;
    return [];
  }
  return counted;
}
