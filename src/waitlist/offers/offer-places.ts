import type { Deps, Tenant } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import type { AvailabilityMemory } from "../../slots/availability/availability-memory.ts";
import type { WaitingEntry } from "../entries/entry.ts";
import type { OrderKey } from "../entries/queries.ts";
import { readOrder } from "../entries/read-order.ts";
import { listSettings } from "../settings/queries.ts";
import type { ServiceWaitlist } from "../settings/settings.ts";
import { chooseCompanions, choosePlace, kindName } from "./choose-offer.ts";
import { findFreePlaces, type FreeOfKind, type OpenPlace } from "./find-free-places.ts";
import { makeOfferIn } from "./make-offer.ts";
import type { TellDeps } from "./offer-message.ts";

/** What offering works with. */
export interface OfferDeps extends Pick<Deps, "db">, TellDeps {
  /** What this process knows of free times; read anew each time without it. */
  readonly availability?: AvailabilityMemory;
}

/** Wishes of one look into the order. */
const pageMax = 1_000;
/** Offers of one run; the next one goes on. */
const offersMax = 500;
/** A run that made offers looks again, because places are counted from below. */
const roundsMax = 10;
/** Places that are tried for one wish when others are faster. */
const triesMax = 10;

/**
 * Offers what is free to those who wait: wish by wish in the order (priority, then age, near-ties by id), each the
 * earliest place that fits it, so that nobody is passed over for a place that he could have had. What cools down is
 * theirs at once. Finds everything by state; may be repeated and run anywhere, also twice at once. Returns how many
 * wishes were asked.
 */
export async function offerPlaces(
  deps: OfferDeps,
  tenant: Tenant,
  signal?: AbortSignal,
): Promise<number> {
  let asked = 0;
  for (let round = 0; round < roundsMax && asked < offersMax; round += 1) {
    const free = await findFreePlaces(deps, tenant, signal);
    if (free.size === 0) break;
    const made = await offerRound(deps, tenant, { free, offersMax: offersMax - asked, signal });
    if (made === 0) break;
    asked += made;
  }
  return asked;
}

interface Round {
  readonly free: ReadonlyMap<string, FreeOfKind>;
  readonly offersMax: number;
  readonly signal: AbortSignal | undefined;
}

async function offerRound(deps: OfferDeps, tenant: Tenant, round: Round): Promise<number> {
  const { free, signal } = round;
  const settings = await settingsOf(deps, tenant, free);
  const asked = new Set<string>();
  let after: OrderKey | null = null;
  do {
    const page: Awaited<ReturnType<typeof readOrder>> = await deps.db.inTenant(
      tenant.id,
      (trx) => readOrder(trx, tenant.id, { after, countMax: pageMax }),
      { isReadOnly: true, signal },
    );
    for (const entry of page.entries) {
      if (asked.size >= round.offersMax) return asked.size;
      const ofKind = free.get(kindName(entry));
      if (!ofKind || asked.has(entry.id)) continue;
      signal?.throwIfAborted();
      const others = () => page.entries.filter((one) => !asked.has(one.id));
      const rules = settings.get(entry.serviceIds[0] ?? "");
      if (!rules) continue;
      const made = await ask(deps, { tenant, entry, others, ofKind, rules });
      for (const id of made) asked.add(id);
    }
    after = page.next;
  } while (after !== null);
  return asked.size;
}

async function settingsOf(
  deps: OfferDeps,
  tenant: Tenant,
  free: Round["free"],
): Promise<Map<string, ServiceWaitlist>> {
  const ids = [...new Set([...free.values()].flatMap(({ kind }) => kind.serviceIds))];
  const rows = await deps.db.inTenant(tenant.id, (trx) => listSettings(trx, tenant.id, ids), {
    isReadOnly: true,
  });
  return new Map(rows.map((row) => [row.service_id, row]));
}

interface Asking {
  readonly tenant: Tenant;
  readonly entry: WaitingEntry;
  /** Those near it in the order who were not asked yet. */
  readonly others: () => readonly WaitingEntry[];
  readonly ofKind: FreeOfKind;
  readonly rules: ServiceWaitlist;
}

/** Offers a wish the earliest place that it can have; returns who was asked, companions included. */
async function ask(deps: OfferDeps, asking: Asking): Promise<readonly string[]> {
  const { entry, others, ofKind, rules } = asking;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const place = choosePlace(entry, ofKind.places());
    if (!place) return [];
    const count = rules.people_per_place;
    const companions = count === 1 ? [] : chooseCompanions(entry, others(), { place, count });
    const made = await tryToOffer(deps, { ...asking, place, companions });
    if (made === "gone") ofKind.forget(place);
    else {
      if (made.length > 0) ofKind.take(place);
      return made;
    }
  }
  return [];
}

async function tryToOffer(
  deps: OfferDeps,
  given: Asking & { readonly place: OpenPlace; readonly companions: readonly WaitingEntry[] },
): Promise<readonly string[] | "gone"> {
  const { tenant, entry, place, companions, rules } = given;
  const { timeZone } = place;
  const plan = { place, timeZone, entry, companions, answerMinutes: rules.answer_minutes };
  try {
    return await deps.db.inTenant(tenant.id, (trx) => makeOfferIn(trx, deps, { tenant, plan }));
  } catch (error) {
    // Somebody was faster, or what was seen a moment ago is closed.
    if (error instanceof DomainError) return "gone";
    throw error;
  }
}
