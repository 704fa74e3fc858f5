import type { Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { listCeilings } from "../ceilings/queries.ts";
import { readClock } from "../claim/queries.ts";
import type { SlotState } from "../claim/slot-board.ts";
import { visitSpan } from "../claim/visit-span.ts";
import { partyTooLarge } from "../errors.ts";
import type { BookingRules, Candidate, SiteRule } from "../rules/booking-rules.ts";
import { loadBookingRules } from "../rules/load-booking-rules.ts";
import { resolveNames } from "../rules/resolve-names.ts";
import { localDay } from "../../time/wall-clock.ts";
import type { LocalDate } from "../../time/local-date.ts";
import type { VisitWish } from "./availability.ts";
import {
  listCountersOfDays,
  listPassingUnits,
  listRestrictions,
  listSlotsOfDays,
  seeOneMoment,
  type SlotWindow,
} from "./queries.ts";
import { createSiteBoard, type SiteBoard, type SiteReading } from "./site-board.ts";

/** What a search knows before it looks at slots. */
export interface Search {
  readonly tenantId: string;
  readonly wish: VisitWish;
  readonly rules: BookingRules;
  /** The database's clock, epoch ms. */
  readonly now: number;
}

/**
 * Reads clock and rules; everything the transaction reads is of this moment.
 * Throws `not-found` for unknown services and sites and `party-too-large`.
 */
export async function beginSearch(trx: Trx, tenant: Tenant, wish: VisitWish): Promise<Search> {
  await seeOneMoment(trx);
  const now = await readClock(trx);
  const names = { services: wish.serviceIds, site: wish.siteId ?? null };
  const { serviceIds, siteId } = await resolveNames(trx, tenant.id, names);
  const rules = await loadBookingRules(trx, tenant.id, { serviceIds, siteId });
  const partySizeMax = Math.min(...rules.services.map((service) => service.partySizeMax));
  if (wish.partySize > partySizeMax) {
    throw new DomainError(partyTooLarge, `At most ${partySizeMax} people fit one appointment.`, {
      facts: { party_size_max: partySizeMax },
    });
  }
  return { tenantId: tenant.id, wish, rules, now };
}

/** Dates at each site, both ends included. */
export interface DateRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** The instants of a range of dates at a site: from ≤ start < to, epoch ms. */
export function instantsOf(range: DateRange, site: SiteRule): { from: number; to: number } {
  return {
    from: localDay(range.from, site.timeZone).start,
    to: localDay(range.to, site.timeZone).end,
  };
}

/** Reads the slots of all sites that a visit on these dates could use, and what limits them. */
export async function readSites(
  trx: Trx,
  search: Search,
  range: DateRange,
): Promise<readonly SiteBoard[]> {
  const { tenantId, rules, wish, now } = search;
  const window = windowOf(search, range);
  const slots = await listSlotsOfDays(trx, tenantId, window);
  const passing = await listPassingUnits(trx, tenantId, window);
  const limits = await readLimits(trx, search, slots);
  const siteOf = new Map(rules.candidates.map((one) => [one.resourceId, one.siteId]));
  const slotsOf = Map.groupBy(limits.slots, (slot) => siteOf.get(slot.resourceId));
  const slotIds = new Map([...slotsOf].map(([id, own]) => [id, new Set(own.map((one) => one.id))]));
  return rules.sites.map((site) =>
    createSiteBoard({
      site,
      services: rules.services,
      candidates: rules.candidates.filter((one) => one.siteId === site.id),
      partySize: wish.partySize,
      channel: wish.channel,
      isStaff: wish.isStaff ?? false,
      now,
      slots: slotsOf.get(site.id) ?? [],
      passing: passing.filter((one) => slotIds.get(site.id)?.has(one.slotId)),
      ceilings: limits.ceilings,
      counters: limits.counters,
    }),
  );
}

function windowOf({ rules, wish }: Search, range: DateRange): SlotWindow {
  const cellMinutesMax = Math.max(5, ...rules.candidates.map((one) => one.cellMinutes));
  const span = visitSpan(rules.services, { partySize: wish.partySize, cellMinutesMax });
  const instants = rules.sites.map((site) => instantsOf(range, site));
  return {
    resourceIds: rules.candidates.map((one: Candidate) => one.resourceId),
    from: Math.min(...instants.map((one) => one.from)) - span.beforeMs,
    to: Math.max(...instants.map((one) => one.to)) + span.afterMs,
  };
}

/** Says of each slot which services and ceilings its opening has, and reads how much of the ceilings is used. */
async function readLimits(
  trx: Trx,
  { tenantId, now }: Search,
  slots: readonly SlotState[],
): Promise<Pick<SiteReading, "slots" | "ceilings" | "counters">> {
  const openingIds = [...new Set(slots.map((slot) => slot.openingId))];
  const restrictions = await listRestrictions(trx, tenantId, openingIds);
  const ceilings = await listCeilings(trx, tenantId, openingIds);
  if (restrictions.size === 0 && ceilings.length === 0) return { slots, ceilings, counters: [] };
  const limited = new Set(ceilings.map((ceiling) => ceiling.openingId));
  const described = slots.map((slot) => ({
    ...slot,
    serviceIds: restrictions.get(slot.openingId) ?? null,
    hasCeilings: limited.has(slot.openingId),
  }));
  const underCeilings = described.filter((slot) => slot.hasCeilings);
  const dates = underCeilings.map((slot) => slot.localDate).toSorted();
  const [from, to] = [dates[0], dates.at(-1)];
  const counters =
    from === undefined || to === undefined
      ? []
      : await listCountersOfDays(trx, tenantId, {
          ceilingIds: ceilings.map((ceiling) => ceiling.id),
          slotIds: underCeilings.map((slot) => slot.id),
          from,
          to,
          now,
        });
  return { slots: described, ceilings, counters };
}
