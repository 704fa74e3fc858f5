import { refusal } from "../../catalog/errors.ts";
import { idOrCode } from "../../catalog/id-or-code.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { toLocalDate } from "../../time/local-date.ts";
import { createClosureIn } from "../closures/create-closure.ts";
import { findClosureRow } from "../closures/queries.ts";
import { createDayMarkIn } from "../day-marks/create-day-mark.ts";
import { findDayMarkRow } from "../day-marks/queries.ts";
import { type FollowUp, followScheduleIn } from "../follow-schedule.ts";
import { type Holiday, holidaysBetween } from "../holidays.ts";
import { createOpeningIn } from "../openings/create-opening.ts";
import { findOpeningByCode, findOpeningRow } from "../openings/queries.ts";
import { findSiteCalendar } from "../queries.ts";
import { type ExceptionRow, listExceptions, listSiteIds } from "./queries.ts";
import { type CopyMethod, type Days, shiftCode, shiftDays } from "./shift-dates.ts";

/** Most exceptions one call copies. */
const COPIES_MAX = 500;

/** What is copied, from one year to another. `site` is an id or a code; without it everything is copied. */
export interface CopyExceptions {
  readonly from_year: number;
  readonly to_year: number;
  readonly method: CopyMethod;
  readonly kinds: readonly ExceptionRow["kind"][];
  readonly site?: string | undefined;
  /** Tells what would happen and changes nothing. */
  readonly is_dry_run: boolean;
}

/** What became of one exception. */
export interface CopiedException {
  readonly kind: ExceptionRow["kind"];
  readonly source: {
    readonly id: string;
    readonly code: string;
    readonly starts_on: string;
    readonly ends_on: string;
  };
  readonly code: string;
  readonly starts_on: string | null;
  readonly ends_on: string | null;
  readonly outcome: "copied" | "exists" | "refused";
  /** Why it was refused: `no-such-date`, or the slug of the problem. */
  readonly reason: string | null;
  /** Holidays among its new days: a closure may be needless there. */
  readonly holidays: readonly Pick<Holiday, "date" | "name" | "origin">[];
}

/** All that was, or would be, copied. */
export interface CopyReport {
  readonly is_dry_run: boolean;
  readonly items: readonly CopiedException[];
  /** What the copies did to the slots; absent in a dry run. */
  readonly slots?: FollowUp;
}

/**
 * Copies closures, extra openings and day marks that begin in one year to another. Copies are named after their
 * source and the year, and what exists by that name is left alone, so it may be repeated. What does not exist in the
 * other year (29 February), falls on a holiday without overriding it or overlaps is refused, item by item.
 * A dry run does the same and rolls it back. Throws `not-found` for the site, `invalid-request` for more than 500.
 */
export async function copyExceptions(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CopyExceptions,
): Promise<CopyReport> {
  try {
    return await deps.db.inTenant(
      context.tenant.id,
      async (trx) => {
        const report = await copyIn(trx, context, input);
        if (input.is_dry_run) throw new DryRun(report);
        return report;
      },
      { signal: context.signal },
    );
  } catch (error) {
    if (error instanceof DryRun) return error.report;
    throw error;
  }
}

/** Carries the report out of a transaction that is to be rolled back. */
class DryRun extends Error {
  readonly report: CopyReport;

  constructor(report: CopyReport) {
    super("a dry run is rolled back");
    this.report = report;
  }
}

async function copyIn(
  trx: Trx,
  context: RequestContext,
  input: CopyExceptions,
): Promise<CopyReport> {
  const tenantId = context.tenant.id;
  const site =
    input.site === undefined ? null : await findSiteCalendar(trx, tenantId, idOrCode(input.site));
  if (site === undefined) throw new DomainError(notFound, "There is no such site.");
  const siteId = site?.id ?? null;
  const sources = await listExceptions(trx, tenantId, {
    year: input.from_year,
    siteId,
    kinds: input.kinds,
    countMax: COPIES_MAX + 1,
  });
  if (sources.length > COPIES_MAX) {
    const message = `has more than ${COPIES_MAX} exceptions; copy site by site or kind by kind`;
    throw refusal([{ path: "from_year", message }]);
  }
  const items: CopiedException[] = [];
  for (const source of sources) items.push(await copyOne(trx, context, { source, input }));
  const copied = items.filter(({ outcome }) => outcome === "copied");
  if (input.is_dry_run) return { is_dry_run: true, items };
  return { is_dry_run: false, items, slots: await follow(trx, context, { siteId, copied }) };
}

async function follow(
  trx: Trx,
  context: RequestContext,
  { siteId, copied }: { siteId: string | null; copied: readonly CopiedException[] },
): Promise<FollowUp> {
  const days = copied.flatMap(({ starts_on: from, ends_on: to }) =>
    from === null || to === null ? [] : [{ from: toLocalDate(from), to: toLocalDate(to) }],
  );
  const [first] = days;
  if (first === undefined)
    return followScheduleIn(trx, context, { scope: { siteId }, dates: never });
  const dates = days.reduce(
    (all, { from, to }) => ({
      from: from < all.from ? from : all.from,
      to: to > all.to ? to : all.to,
    }),
    first,
  );
  return followScheduleIn(trx, context, { scope: { siteId }, dates });
}

/** A range without dates. */
const never = { from: toLocalDate("2000-01-02"), to: toLocalDate("2000-01-01") };

async function copyOne(
  trx: Trx,
  context: RequestContext,
  { source, input }: { source: ExceptionRow; input: CopyExceptions },
): Promise<CopiedException> {
  const { kind, id, starts_on, ends_on } = source;
  const code = shiftCode(source.code, input.from_year, input.to_year);
  const shifted = shiftDays(
    { startsOn: toLocalDate(starts_on), endsOn: toLocalDate(ends_on) },
    { method: input.method, years: input.to_year - input.from_year },
  );
  const item = {
    kind,
    source: { id, code: source.code, starts_on, ends_on },
    code,
    starts_on: shifted?.startsOn ?? null,
    ends_on: shifted?.endsOn ?? null,
    holidays: [],
  };
  if (shifted === undefined) return { ...item, outcome: "refused", reason: "no-such-date" };
  const holidays = await holidaysOf(trx, context.tenant.id, { source, days: shifted });
  if (await hasCopy(trx, context.tenant.id, { source, code })) {
    return { ...item, holidays, outcome: "exists", reason: null };
  }
  const reason = await reasonAgainst(() =>
    createCopy(trx, context, { source, code, days: shifted }),
  );
  return { ...item, holidays, outcome: reason === null ? "copied" : "refused", reason };
}

/** Runs the creation of a copy; the slug of the refusal, or null. Verbs refuse before they write. */
async function reasonAgainst(create: () => Promise<void>): Promise<string | null> {
  try {
    await create();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.problem.slug;
    throw error;
  }
}

async function hasCopy(
  trx: Trx,
  tenantId: string,
  { source, code }: { source: ExceptionRow; code: string },
): Promise<boolean> {
  const name = { id: null, code };
  switch (source.kind) {
    case "closure":
      return (await findClosureRow(trx, tenantId, name)) !== undefined;
    case "day_mark":
      return (await findDayMarkRow(trx, tenantId, name)) !== undefined;
    case "extra_opening": {
      const resourceId = source.resource_id ?? "";
      return (await findOpeningByCode(trx, tenantId, { resourceId, code })) !== undefined;
    }
  }
}

async function createCopy(
  trx: Trx,
  context: RequestContext,
  { source, code, days }: { source: ExceptionRow; code: string; days: Days },
): Promise<void> {
  const tenantId = context.tenant.id;
  const name = { id: source.id, code: null };
  const facts = { code, starts_on: days.startsOn, ends_on: days.endsOn };
  switch (source.kind) {
    case "closure": {
      const closure = await findClosureRow(trx, tenantId, name);
      if (closure) await createClosureIn(trx, context, { ...closure, ...facts });
      return;
    }
    case "day_mark": {
      const mark = await findDayMarkRow(trx, tenantId, name);
      if (mark) await createDayMarkIn(trx, context, { ...mark, ...facts });
      return;
    }
    case "extra_opening": {
      const opening = await findOpeningRow(trx, tenantId, source.id);
      if (opening) await createOpeningIn(trx, context, { ...opening, ...facts });
      return;
    }
  }
}

/** The holidays among the days, at any of the sites concerned. */
async function holidaysOf(
  trx: Trx,
  tenantId: string,
  { source, days }: { source: ExceptionRow; days: Days },
): Promise<Holiday[]> {
  const scope = { siteId: source.site_id, resourceId: source.resource_id };
  const byDate = new Map<string, Holiday>();
  for (const id of await listSiteIds(trx, tenantId, scope)) {
    const site = await findSiteCalendar(trx, tenantId, { id, code: null });
    if (site === undefined) continue;
    const place = { country: site.holiday_country, region: site.holiday_region };
    const calendar = { place, localHolidays: site.local_holidays };
    for (const holiday of holidaysBetween(calendar, days.startsOn, days.endsOn)) {
      byDate.set(`${holiday.date} ${holiday.origin}`, holiday);
    }
  }
  return [...byDate.values()].toSorted((a, b) => (a.date < b.date ? -1 : 1));
}
