import type { Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, invalidRequest } from "../../errors.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import { addDays, daysBetween, type LocalDate } from "../../time/local-date.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import {
  type Availability,
  type AvailabilityDeps,
  daysDefault,
  daysMax,
  type VisitWish,
} from "./availability.ts";
import { earliestBookable, type JudgedStart, judgeStarts } from "./judge-starts.ts";
import { listDays } from "./list-days.ts";
import { beginSearch, type DateRange, instantsOf, readSites, type Search } from "./read-sites.ts";
import { nextChange, type SiteBoard } from "./site-board.ts";
import type { Timed } from "./timed-cache.ts";

/** A search over dates at each site, both ends included. */
export interface AvailabilityQuery extends VisitWish {
  /** Today at the administration unless said. */
  readonly from?: LocalDate | undefined;
  /** 31 days in all unless said; 62 at most. */
  readonly to?: LocalDate | undefined;
}

/**
 * Shows for every day which starts a claim would be granted at this moment, and why there are none. May be one second
 * old where `deps` has a cache. Throws `not-found`, `party-too-large` and `invalid-request` for a range that is
 * backwards or too long. Reads only; may be repeated.
 */
export async function searchAvailability(
  deps: AvailabilityDeps,
  tenant: Tenant,
  query: AvailabilityQuery,
): Promise<Availability> {
  const load = (): Promise<Timed<Availability>> =>
    deps.db.inTenant(tenant.id, (trx) => searchIn(trx, tenant, query), { isReadOnly: true });
  const cached = deps.availabilityCache?.days.get(nameOf(tenant, query), load);
  return cached ?? (await load()).value;
}

async function searchIn(
  trx: Trx,
  tenant: Tenant,
  query: AvailabilityQuery,
): Promise<Timed<Availability>> {
  const search = await beginSearch(trx, tenant, query);
  const range = rangeOf(tenant, query, search.now);
  if (search.rules.candidates.length === 0) {
    return { value: { days: [], changes_at: null }, changesInMs: Number.POSITIVE_INFINITY };
  }
  const sites = await readSites(trx, search, range);
  const judged = sites.map((site) => ({
    site,
    starts: judgeStarts(site, instantsOf(range, site.reading.site)),
  }));
  const changesAt = Math.min(...judged.map(({ site, starts }) => changeOf(site, starts)));
  const days = judged.flatMap(({ site, starts }) => listDays(site, starts, range));
  const changes_at = Number.isFinite(changesAt) ? dateFromEpochMs(changesAt) : null;
  return { value: { days, changes_at }, changesInMs: changesAt - search.now };
}

function rangeOf(tenant: Tenant, query: AvailabilityQuery, now: Search["now"]): DateRange {
  const from = query.from ?? localDateOf(now, tenant.timeZone);
  const to = query.to ?? addDays(from, daysDefault - 1);
  const days = daysBetween(from, to) + 1;
  if (days < 1) throw badRange("must not be before from");
  if (days > daysMax) throw badRange(`must be at most ${daysMax - 1} days after from`);
  return { from, to };
}

function badRange(message: string): DomainError {
  return new DomainError(invalidRequest, "The range of dates does not fit.", {
    facts: { errors: [{ in: "query", path: "to", message }] },
  });
}

/** When time alone changes what was judged: see `nextChange`, and the next start that comes too near. */
export function changeOf(site: SiteBoard, starts: readonly JudgedStart[]): number {
  const { reading } = site;
  const next = starts.find((start) => start.refusal !== "too_late");
  const lead = earliestBookable(reading) - reading.now;
  const tooNear = next ? next.startsAt - lead + 1 : Number.POSITIVE_INFINITY;
  return Math.min(tooNear, nextChange(site));
}

function nameOf(tenant: Tenant, query: AvailabilityQuery): string {
  const { serviceIds, siteId, from, to, partySize, channel, isStaff } = query;
  const parts = [serviceIds, siteId ?? null, from ?? null, to ?? null, partySize, channel];
  return JSON.stringify([tenant.id, ...parts, isStaff ?? false]);
}
