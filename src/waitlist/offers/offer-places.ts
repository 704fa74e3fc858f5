import type { Deps, Tenant } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import type { AvailabilityMemory } from "../../slots/availability/availability-memory.ts";
import type { WaitingEntry } from "../entries/entry.ts";
import type { OrderKey } from "../entries/queries.ts";
import { readOrder } from "../entries/read-order.ts";
import { listSettings } from "../settings/queries.ts";
import type { ServiceWaitlist } from "../settings/settings.ts";
import { kindName } from "./choose-offer.ts";
import { findFreePlaces, type FreeOfKind } from "./find-free-places.ts";
import { type MadeOffers, makeOffersIn, type OfferPlan } from "./make-offers.ts";
import type { TellDeps } from "./offer-message.ts";
import { planOffers, type PlanRules } from "./plan-offers.ts";

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
/** Places of one transaction, whose slots nobody books meanwhile. */
const plansAtOnce = 50;

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

/** Asks wish by wish in the order, part by part of it; returns how many were asked. */
async function offerRound(deps: OfferDeps, tenant: Tenant, round: Round): Promise<number> {
  const { free, signal } = round;
  const settings = await settingsOf(deps, tenant, free);
  const asking: Asking = { ...round, tenant, settings, asked: new Set(), busy: new Set() };
  let after: OrderKey | null = null;
  do {
    const page: Awaited<ReturnType<typeof readOrder>> = await deps.db.inTenant(
      tenant.id,
      (trx) => readOrder(trx, tenant.id, { after, countMax: pageMax }),
      { isReadOnly: true, signal },
    );
    await offerPage(deps, asking, page.entries);
    after = asking.asked.size < round.offersMax ? page.next : null;
  } while (after !== null);
  return asking.asked.size;
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

/** What one look into the order knows and notes. */
interface Asking extends Round, PlanRules {
  readonly tenant: Tenant;
  readonly asked: Set<string>;
  /** Wishes that another worker has, or that wait no longer. */
  readonly busy: Set<string>;
}

/**
 * Offers as many places at once as fit one transaction. Where one cannot be had, its wish is planned anew before anybody
 * who comes after it, so that the order is the same as one by one.
 */
async function offerPage(
  deps: OfferDeps,
  asking: Asking,
  entries: readonly WaitingEntry[],
): Promise<void> {
  const { asked, busy, free, signal } = asking;
  let from = 0;
  let plansMax = plansAtOnce;
  while (from < entries.length && asked.size < asking.offersMax) {
    signal?.throwIfAborted();
    const isOver = (entry: WaitingEntry): boolean => asked.has(entry.id) || busy.has(entry.id);
    const plans = planOffers(entries, { ...asking, from, plansMax, isOver });
    if (plans.length === 0) return;
    const { made, asked: ids, stop } = await tryToMake(deps, asking.tenant, plans);
    for (const { entry, place } of plans.slice(0, made)) free.get(kindName(entry))?.take(place);
    for (const id of ids) asked.add(id);
    const next = plans[made];
    if (stop === "gone" && next) free.get(kindName(next.entry))?.forget(next.place);
    if (stop === "busy" && next) busy.add(next.entry.id);
    // Under ceilings each is claimed by itself.
    plansMax = stop === "alone" ? 1 : plansMax;
    from = (next ?? plans.at(-1))?.at ?? entries.length;
  }
}

async function tryToMake(
  deps: OfferDeps,
  tenant: Tenant,
  plans: readonly OfferPlan[],
): Promise<MadeOffers> {
  try {
    return await deps.db.inTenant(tenant.id, (trx) => makeOffersIn(trx, deps, { tenant, plans }));
  } catch (error) {
    // Somebody was faster, or what was seen a moment ago is closed.
    if (error instanceof DomainError) return { made: 0, asked: [], stop: "gone" };
    throw error;
  }
}
