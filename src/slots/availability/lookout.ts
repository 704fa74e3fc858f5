import type { Database } from "../../db/database.ts";
import type { BookingRules } from "../rules/booking-rules.ts";
import { type Catalogue, isNamed, rulesOf } from "../rules/catalogue.ts";
import { addDays, dateOfDayNumber, dayNumberOf, type LocalDate } from "../../time/local-date.ts";
import { monotonicMs } from "../../time/clock.ts";
import type { VisitNames } from "../rules/resolve-names.ts";
import { type DayState, emptyDay } from "./day-state.ts";
import { type Known, nothingKnown, readPulse, type SiteDates } from "./read-pulse.ts";

/** Dates at each site, both ends included. */
export interface DateRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** What a tenant's slots were at one moment, at most a second ago. */
export interface Moment {
  /** The database's clock by now; epoch ms. Never ahead of it. */
  readonly now: number;
  /** Another object whenever anything became known that was not known before. */
  readonly edition: object;
  readonly catalogue: Catalogue;
  /** A day with slots, or an empty one. Only for sites and dates that were asked for. */
  readonly dayOf: (siteId: string, date: string) => DayState;
}

/** Looks at the slots for everybody who searches: one reading of the database serves all of them. */
export interface Lookout {
  /** What decides about a visit by now. Throws `not-found`. */
  readonly rules: (
    tenantId: string,
    names: VisitNames,
  ) => Promise<{ now: number; rules: BookingRules }>;
  /** The days of the sites of some rules, which `rules` gave. */
  readonly see: (tenantId: string, rules: BookingRules, range: DateRange) => Promise<Moment>;
  /** Watches whether what was found is still what would be found, and asks for it to stay known. */
  readonly watch: (seen: Sighting) => Watch;
}

/** Tells whether something that was found still would be. */
export interface Watch {
  /** Never waits. `unsure`: nothing else is known, but what is known is too old to say so. */
  readonly holds: () => "yes" | "no" | "unsure";
  /** Waits for a look that is under way, or looks: one for all who wait. Fails as the database does. */
  readonly look: () => Promise<void>;
}

/** What a search was made of, and when (epoch ms) time alone changes what it found. */
export interface Sighting {
  readonly tenantId: string;
  readonly rules: BookingRules;
  readonly range: DateRange;
  readonly edition: object;
  readonly changesAt: number;
}

export interface LookoutOptions {
  /** How old (ms) what is seen may be when it is given out. 0: everybody reads anew. Default 900. */
  readonly ageMaxMs?: number;
  /** A clock that never runs backwards, in ms. */
  readonly nowMs?: () => number;
}

/** What is older than this (ms) is read again behind the back of those who still may use it. */
const refreshAfterMs = 400;
/**
 * Days that nobody asked for during so long (ms) are no longer looked at. Looking costs little as long as nothing changes;
 * what was forgotten is read and judged anew, which for a month of 50 sites takes some seconds beside bookings.
 */
const forgetAfterMs = 30_000;
/** Where very many different questions are asked, what is wanted would grow too large: sooner. */
const forgetSoonAfterMs = 5_000;
const groupsMax = 2_000;
/** Days are looked at by so many in a row, so that overlapping searches look at the same ones. */
const blockDays = 8;
const tenantsMax = 1_000;
const rulesMax = 10_000;

/** Makes the lookout of a process. */
export function createLookout(db: Database, options: LookoutOptions = {}): Lookout {
  const { ageMaxMs = 900, nowMs = monotonicMs } = options;
  const tenants = new Map<string, TenantWatch>();
  const watchOf = (tenantId: string): TenantWatch => {
    const known = tenants.get(tenantId) ?? createTenantWatch(db, tenantId, nowMs);
    tenants.delete(tenantId);
    tenants.set(tenantId, known);
    const oldest = tenants.size > tenantsMax ? tenants.keys().next().value : undefined;
    if (oldest !== undefined) tenants.delete(oldest);
    return known;
  };
  const lookAnew = async (tenantId: string): Promise<Moment> => {
    const watch = watchOf(tenantId);
    await watch.refresh();
    return watch.moment();
  };
  /** Without days, only the catalogue is looked at. */
  const look = async (tenantId: string, wanted?: Wanted): Promise<Moment> => {
    const watch = watchOf(tenantId);
    const group = wanted && watch.want(wanted);
    const ageMs = nowMs() - watch.readAtMs();
    if (ageMs < ageMaxMs && (!group || watch.knows(group))) {
      if (ageMs > refreshAfterMs) watch.refreshSoon();
      return watch.moment();
    }
    return lookAnew(tenantId);
  };
  return {
    rules: async (tenantId, names) => {
      const seen = await look(tenantId);
      // What was made a moment ago is named before it is looked at; a no is never an old one.
      const { now, catalogue } = isNamed(seen.catalogue, names) ? seen : await lookAnew(tenantId);
      return { now, rules: rememberedRules(catalogue, names) };
    },
    see: (tenantId, rules, range) => look(tenantId, { rules, range }),
    watch: ({ tenantId, rules, range, edition, changesAt }) => {
      const watch = watchOf(tenantId);
      const group = watch.want({ rules, range });
      const holds: Watch["holds"] = () => {
        const now = nowMs();
        // A group that was forgotten meanwhile is no longer known, and this says no.
        group.wantedMs = now;
        if (watch.edition() !== edition || watch.databaseNow(now) >= changesAt) return "no";
        if (!watch.knows(group)) return "no";
        const ageMs = now - watch.readAtMs();
        if (ageMs >= ageMaxMs) return "unsure";
        if (ageMs > refreshAfterMs) watch.refreshSoon();
        return "yes";
      };
      return { holds, look: watch.join };
    },
  };
}

const remembered = new WeakMap<Catalogue, Map<string, BookingRules>>();

/** The same object for the same names, as long as the catalogue is the same. */
function rememberedRules(catalogue: Catalogue, names: VisitNames): BookingRules {
  const known = remembered.get(catalogue) ?? new Map<string, BookingRules>();
  remembered.set(catalogue, known);
  const name = [names.site ?? "", ...names.services].join("/");
  const rules = known.get(name) ?? rulesOf(catalogue, names);
  if (known.size < rulesMax) known.set(name, rules);
  return rules;
}

interface Wanted {
  readonly rules: BookingRules;
  readonly range: DateRange;
}

/** What is wanted together, again and again. */
interface Group {
  /** `site/block` of each. */
  readonly names: readonly string[];
  wantedMs: number;
  /** The last knowledge in which all of it was found. */
  knownIn: Known | undefined;
}

/** A visit that begins on the first or last date may reach the days beside it. */
function blocksOf({ from, to }: DateRange): number[] {
  const first = Math.floor((dayNumberOf(from) - 1) / blockDays);
  const last = Math.floor((dayNumberOf(to) + 1) / blockDays);
  return Array.from({ length: last - first + 1 }, (_, n) => first + n);
}

function groupOf({ rules, range }: Wanted): Group {
  const blocks = blocksOf(range);
  const names = rules.sites.flatMap(({ id }) => blocks.map((block) => `${id}/${block}`));
  return { names, wantedMs: 0, knownIn: undefined };
}

interface TenantWatch {
  readonly want: (wanted: Wanted) => Group;
  /** When (by this process's clock, ms) the last reading began; -Infinity before the first. */
  readonly readAtMs: () => number;
  readonly knows: (group: Group) => boolean;
  readonly edition: () => object;
  /** The database's clock (epoch ms) at an instant of this process's. */
  readonly databaseNow: (nowMs: number) => number;
  readonly moment: () => Moment;
  /** Reads anew what is wanted by then; what is under way already does not count. */
  readonly refresh: () => Promise<void>;
  /** The same, unless one is under way; a failure is met again by whoever then has to wait. */
  readonly refreshSoon: () => void;
  /** Waits for what is under way, or reads anew. */
  readonly join: () => Promise<void>;
}

/** What is looked at of one tenant: one reading at a time, and one more for those who came meanwhile. */
function createTenantWatch(db: Database, tenantId: string, nowMs: () => number): TenantWatch {
  let known: Known = nothingKnown;
  let readAtMs = Number.NEGATIVE_INFINITY;
  const groups = createGroups(nowMs);
  const databaseNow = (atMs: number): number => known.now + Math.floor(atMs - known.readMs);
  const reads = oneAtATime(async () => {
    const startedMs = nowMs();
    const wanted = datesOf(groups.namesWanted());
    known = await readPulse(db, tenantId, { known, wanted, nowMs });
    readAtMs = startedMs;
  });
  return {
    want: groups.want,
    readAtMs: () => readAtMs,
    edition: () => known.edition,
    databaseNow,
    knows: (group) => {
      if (group.knownIn === known) return true;
      const isKnown = group.names.every((name) => known.blocks.has(name));
      if (isKnown) group.knownIn = known;
      return isKnown;
    },
    moment: () => ({
      now: databaseNow(nowMs()),
      edition: known.edition,
      catalogue: known.catalogue,
      dayOf: (siteId, date) => known.days.get(`${siteId}/${date}`) ?? emptyDay,
    }),
    ...reads,
  };
}

/** What was wanted of late. Rules are the same object for the same question, so that nothing is put together twice. */
function createGroups(nowMs: () => number) {
  const byRules = new Map<BookingRules, Map<string, Group>>();
  return {
    want: (wanted: Wanted): Group => {
      const { rules, range } = wanted;
      const own = byRules.get(rules) ?? new Map<string, Group>();
      byRules.set(rules, own);
      const name = `${range.from}/${range.to}`;
      const group = own.get(name) ?? groupOf(wanted);
      own.set(name, group);
      group.wantedMs = nowMs();
      return group;
    },
    /** Forgets what nobody wants any more and names the rest. */
    namesWanted: (): Set<string> => {
      const names = new Set<string>();
      const count = [...byRules.values()].reduce((sum, own) => sum + own.size, 0);
      const sinceMs = nowMs() - (count > groupsMax ? forgetSoonAfterMs : forgetAfterMs);
      for (const [rules, own] of byRules) {
        for (const [name, group] of own) {
          if (group.wantedMs < sinceMs) own.delete(name);
          else for (const one of group.names) names.add(one);
        }
        if (own.size === 0) byRules.delete(rules);
      }
      return names;
    },
  };
}

/** Does `work` once at a time; who comes meanwhile shares the next one. */
function oneAtATime(
  work: () => Promise<void>,
): Pick<TenantWatch, "refresh" | "refreshSoon" | "join"> {
  let underWay: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    const begun = work().finally(() => {
      underWay = undefined;
    });
    underWay = begun;
    return begun;
  };
  const afterwards = (current: Promise<void>): Promise<void> => {
    next ??= current
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
  return {
    refresh: () => (underWay ? afterwards(underWay) : begin()),
    join: () => underWay ?? begin(),
    refreshSoon: () => {
      if (!underWay) begin().catch(() => undefined);
    },
  };
}

/** The wanted blocks as ranges of dates, neighbours joined. */
function datesOf(names: Iterable<string>): SiteDates[] {
  const blocks = [...names].map((name) => {
    const [siteId = "", block = "0"] = name.split("/");
    return { name, siteId, block: Number(block) };
  });
  blocks.sort((a, b) => (a.siteId === b.siteId ? a.block - b.block : a.siteId < b.siteId ? -1 : 1));
  const ranges: (SiteDates & { names: string[]; lastBlock: number })[] = [];
  for (const { name, siteId, block } of blocks) {
    const last = ranges.at(-1);
    const from = dateOfDayNumber(block * blockDays);
    const to = addDays(from, blockDays - 1);
    if (last?.siteId === siteId && last.lastBlock === block - 1) {
      ranges[ranges.length - 1] = { ...last, to, names: [...last.names, name], lastBlock: block };
    } else ranges.push({ siteId, from, to, names: [name], lastBlock: block });
  }
  return ranges;
}
