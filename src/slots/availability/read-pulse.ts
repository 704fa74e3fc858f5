import type { Database, Trx } from "../../db/database.ts";
import { readTogether } from "../../db/together.ts";
import { type LocalDate, toLocalDate } from "../../time/local-date.ts";
import { localDay } from "../../time/wall-clock.ts";
import { listCeilings } from "../ceilings/queries.ts";
import { type KnownStay, loadStays } from "../claim/mover.ts";
import { clockReading, nowOf } from "../claim/queries.ts";
import { type Catalogue, loadCatalogue } from "../rules/catalogue.ts";
import { catalogueStamp } from "../rules/queries.ts";
import type { DayState } from "./day-state.ts";
import {
  listCountersOfDays,
  listDayDigests,
  listPassingUnits,
  listRestrictions,
  listSlotsOfDays,
  type PassingOfDay,
  seeOneMoment,
  type SiteSlot,
  type SiteWindow,
} from "./queries.ts";

/** Dates of one site that are looked at, both included, and the names of the blocks they are made of. */
export interface SiteDates {
  readonly siteId: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly names: readonly string[];
}

/** Everything that is known of a tenant's slots, all of one moment. */
export interface Known {
  /** The database's clock at that moment; epoch ms. */
  readonly now: number;
  /** When that clock's answer was here, by this process's own clock (ms). */
  readonly readMs: number;
  /** Another object whenever anything is known that was not known before. */
  readonly edition: object;
  readonly stamp: string;
  readonly catalogue: Catalogue;
  /** Names of the blocks whose days are known. */
  readonly blocks: ReadonlySet<string>;
  /** Days with slots, by `site/date`. */
  readonly days: ReadonlyMap<string, DayState>;
  /** What each day was made of; a day is read again when this changes. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Before anything was read. */
export const nothingKnown: Known = {
  now: 0,
  readMs: 0,
  edition: {},
  stamp: "",
  catalogue: {
    services: new Map(),
    siteIds: new Map(),
    sites: new Map(),
    resources: [],
    stayMinutesMax: 0,
    unevenResourceIds: new Set(),
  },
  blocks: new Set(),
  days: new Map(),
  digests: new Map(),
};

/**
 * Reads what changed of the wanted days since `known`, in one transaction that sees one moment: clock and catalogue by
 * a stamp, days by digests, and whole only those whose digest is another. Reads only; may be repeated.
 */
export function readPulse(
  db: Database,
  tenantId: string,
  {
    known,
    wanted,
    nowMs,
  }: { readonly known: Known; readonly wanted: readonly SiteDates[]; readonly nowMs: () => number },
): Promise<Known> {
  return db.inTenant(
    tenantId,
    async (trx) => {
      await seeOneMoment(trx);
      const { clock, stamps } = await readTogether(trx, {
        clock: clockReading(),
        stamps: catalogueStamp(tenantId),
      });
      const readMs = nowMs();
      const stamp = stamps[0]?.stamp ?? "";
      const isSame = stamp === known.stamp;
      const catalogue = isSame ? known.catalogue : await loadCatalogue(trx, tenantId);
      // Another catalogue may restrict openings otherwise: everything is read again.
      const before = isSame ? known : nothingKnown;
      const found = await readDays(trx, tenantId, { before, wanted, catalogue });
      const isChanged = !isSame || found.isChanged || wanted.some((one) => !isKnown(known, one));
      const edition = isChanged ? {} : known.edition;
      const blocks = new Set(wanted.flatMap((one) => one.names));
      return { ...found, now: nowOf(clock), readMs, edition, stamp, catalogue, blocks };
    },
    { isReadOnly: true },
  );
}

function isKnown({ blocks }: Known, { names }: SiteDates): boolean {
  return names.every((name) => blocks.has(name));
}

interface Days extends Pick<Known, "days" | "digests"> {
  readonly isChanged: boolean;
}

async function readDays(
  trx: Trx,
  tenantId: string,
  {
    before,
    wanted,
    catalogue,
  }: {
    readonly before: Known;
    readonly wanted: readonly SiteDates[];
    readonly catalogue: Catalogue;
  },
): Promise<Days> {
  const windows = wanted.flatMap((dates) => windowOf(catalogue, dates));
  if (windows.length === 0) return { days: new Map(), digests: new Map(), isChanged: false };
  const passing = Map.groupBy(await listPassing(trx, tenantId, windows), nameOfDay);
  const digests = new Map(
    (await listDayDigests(trx, tenantId, windows)).map((day) => {
      const name = nameOfDay(day);
      return [name, `${day.digest} ${JSON.stringify(passing.get(name) ?? [])}`] as const;
    }),
  );
  const changed = [...digests].flatMap(([name, digest]) =>
    before.digests.get(name) === digest ? [] : [name],
  );
  const read = await readWhole(trx, tenantId, { names: changed, catalogue, passing });
  const days = new Map<string, DayState>();
  for (const name of digests.keys()) {
    const day = read.get(name) ?? before.days.get(name);
    if (day) days.set(name, day);
  }
  return { days, digests, isChanged: changed.length > 0 || digests.size !== before.digests.size };
}

/** The instants of a site's dates; none for a site that is not active. */
function windowOf({ sites }: Catalogue, { siteId, from, to }: SiteDates): SiteWindow[] {
  const timeZone = sites.get(siteId)?.timeZone;
  if (timeZone === undefined) return [];
  return [{ siteId, from: localDay(from, timeZone).start, to: localDay(to, timeZone).end }];
}

function nameOfDay({ siteId, date }: { readonly siteId: string; readonly date: string }): string {
  return `${siteId}/${date}`;
}

function listPassing(
  trx: Trx,
  tenantId: string,
  windows: readonly SiteWindow[],
): Promise<PassingOfDay[]> {
  return listPassingUnits(trx, tenantId, {
    siteIds: [...new Set(windows.map((one) => one.siteId))],
    from: Math.min(...windows.map((one) => one.from)),
    to: Math.max(...windows.map((one) => one.to)),
  });
}

async function readWhole(
  trx: Trx,
  tenantId: string,
  given: {
    readonly names: readonly string[];
    readonly catalogue: Catalogue;
    readonly passing: ReadonlyMap<string, readonly PassingOfDay[]>;
  },
): Promise<Map<string, DayState>> {
  const { names, catalogue, passing } = given;
  if (names.length === 0) return new Map();
  const slots = await listSlotsOfDays(trx, tenantId, joinDates(names, catalogue));
  const limits = await readLimits(trx, tenantId, slots);
  const stays = await readStays(trx, tenantId, { slots, catalogue });
  const byDay = Map.groupBy(limits.slots, (slot) =>
    nameOfDay({ siteId: slot.siteId, date: slot.localDate }),
  );
  return new Map(
    names.map((name) => [
      name,
      {
        slots: byDay.get(name) ?? [],
        passing: passing.get(name) ?? [],
        stays: staysOfDay(byDay.get(name) ?? [], stays),
        ...limitsOfDay(byDay.get(name) ?? [], limits),
      },
    ]),
  );
}

/** Windows of single days, neighbours joined. */
function joinDates(names: readonly string[], catalogue: Catalogue): SiteWindow[] {
  const windows: SiteWindow[] = [];
  for (const name of names.toSorted()) {
    const [siteId = "", text = ""] = name.split("/");
    const date = toLocalDate(text);
    const [own] = windowOf(catalogue, { siteId, from: date, to: date, names: [] });
    const last = windows.at(-1);
    if (!own) continue;
    if (last?.siteId === siteId && last.to === own.from)
      windows[windows.length - 1] = { ...last, to: own.to };
    else windows.push(own);
  }
  return windows;
}

/** Slots of a site's day above which nobody is looked at who could be moved: what is shown is then less than is granted. */
const crowdedDaySlots = 5_000;

/** Those who could be moved, by the id of their first slot; only where there is another resource to be moved to. */
async function readStays(
  trx: Trx,
  tenantId: string,
  { slots, catalogue }: { readonly slots: readonly SiteSlot[]; readonly catalogue: Catalogue },
): Promise<Map<number | undefined, KnownStay[]>> {
  const resourcesOf = Map.groupBy(catalogue.resources, (one) => one.siteId);
  const taken = slots.filter(
    (slot) => slot.taken > 0 && (resourcesOf.get(slot.siteId)?.length ?? 0) > 1,
  );
  const ofDays = Map.groupBy(taken, (slot) => `${slot.siteId}/${slot.localDate}`);
  const looked = [...ofDays.values()].filter((own) => own.length <= crowdedDaySlots).flat();
  if (looked.length === 0) return new Map();
  return Map.groupBy(await loadStays(trx, tenantId, looked), (stay) => stay.slotIds[0]);
}

function staysOfDay(
  slots: readonly SiteSlot[],
  stays: ReadonlyMap<number | undefined, readonly KnownStay[]>,
): KnownStay[] {
  return slots.flatMap((slot) => stays.get(slot.id) ?? []);
}

type Limits = Pick<DayState, "ceilings" | "counters"> & { readonly slots: readonly SiteSlot[] };

/** Says of each slot which services and ceilings its opening has, and reads how much of the ceilings is used. */
async function readLimits(trx: Trx, tenantId: string, slots: readonly SiteSlot[]): Promise<Limits> {
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
  const counters =
    underCeilings.length === 0
      ? []
      : await listCountersOfDays(trx, tenantId, {
          ceilingIds: ceilings.map((ceiling) => ceiling.id),
          slotIds: underCeilings.map((slot) => slot.id),
          dates: [...new Set(underCeilings.map((slot) => slot.localDate))],
        });
  return { slots: described, ceilings, counters };
}

function limitsOfDay(
  slots: readonly SiteSlot[],
  { ceilings, counters }: Limits,
): Pick<DayState, "ceilings" | "counters"> {
  if (ceilings.length === 0) return { ceilings, counters };
  const openingIds = new Set(slots.map((slot) => slot.openingId));
  const own = ceilings.filter((one) => openingIds.has(one.openingId));
  const ids = new Set(own.map((one) => one.id));
  return { ceilings: own, counters: counters.filter((one) => ids.has(one.ceilingId)) };
}
