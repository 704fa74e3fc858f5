import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type DomainEvent, recordEvents } from "../../events/record-events.ts";
import { discardMessagesIn } from "../../messages/store/discard-messages.ts";
import type { EndedOffer } from "./queries.ts";
import { endOffersOf, lockEndingPlaces, noteLapses, waitOn } from "./queries.ts";
import { returnPlaces } from "./return-places.ts";

/** Places of one transaction. */
const placesMax = 100;

/** What ending offers came to. */
export interface EndedOffers {
  readonly places: number;
  /** Offers that passed without an answer. */
  readonly lapsed: number;
}

/**
 * Ends the offers whose time to answer has passed and those whose place was closed meanwhile, and gives the places to
 * the next who waits. Found by state; may be repeated and run anywhere, also twice at once.
 */
export async function endOffers(
  deps: Pick<Deps, "db">,
  tenantId: string,
  signal?: AbortSignal,
): Promise<EndedOffers> {
  let places = 0;
  let lapsed = 0;
  for (;;) {
    const ended = await deps.db.inTenant(tenantId, (trx) => endSome(trx, tenantId), { signal });
    places += ended.places;
    lapsed += ended.lapsed;
    if (ended.places < placesMax) return { places, lapsed };
  }
}

async function endSome(trx: Trx, tenantId: string): Promise<EndedOffers> {
  const ending = await lockEndingPlaces(trx, tenantId, placesMax);
  if (ending.length === 0) return { places: 0, lapsed: 0 };
  const idsOf = (isLate: boolean): string[] =>
    ending.filter((place) => place.is_late === isLate).map((place) => place.id);
  const late = await endOffersOf(trx, tenantId, { placeIds: idsOf(true), status: "expired" });
  const closed = await endOffersOf(trx, tenantId, { placeIds: idsOf(false), status: "superseded" });
  const lapses = await noteLapses(
    trx,
    tenantId,
    late.map((offer) => offer.id),
  );
  await waitOn(
    trx,
    tenantId,
    closed.map((offer) => offer.entryId),
  );
  await returnPlaces(
    trx,
    tenantId,
    ending.map((place) => ({ id: place.id, serviceIds: place.service_ids })),
  );
  await discardOffers(trx, tenantId, [...late, ...closed]);
  await recordEvents(trx, systemContext(tenantId), [
    ...late.map((offer) => offerEvent("waitlist_offer.expired", offer)),
    ...closed.map((offer) => offerEvent("waitlist_offer.superseded", offer)),
    ...lapses.filter((entry) => entry.status === "lapsed").map(({ id }) => lapsedEvent(id)),
  ]);
  return { places: ending.length, lapsed: late.length };
}

/** What is still to be sent about offers that are over is not sent. */
export async function discardOffers(
  trx: Trx,
  tenantId: string,
  offers: readonly Pick<EndedOffer, "id">[],
): Promise<void> {
  await discardMessagesIn(
    trx,
    tenantId,
    offers.map(({ id }) => ({ subjectId: id, kinds: ["waitlist_offer"], reason: "superseded" })),
  );
}

/** The event of an offer's end; relayed, because the place may be the next one's. */
export function offerEvent(
  kind: `waitlist_offer.${string}`,
  { id, entryId }: EndedOffer,
): DomainEvent {
  return {
    kind,
    subjectKind: "waitlist_offer",
    subjectId: id,
    body: { entry_id: entryId },
    isRelayed: true,
  };
}

function lapsedEvent(id: string): DomainEvent {
  return {
    kind: "waitlist_entry.lapsed",
    subjectKind: "waitlist_entry",
    subjectId: id,
    isRelayed: false,
  };
}

/** Whom the audit names for what happens by itself. */
export function systemContext(tenantId: string) {
  return {
    tenant: { id: tenantId },
    actor: { kind: "system" },
    requestId: "waitlist",
  } as const;
}
