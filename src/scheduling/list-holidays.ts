import { idOrCode } from "../catalog/id-or-code.ts";
import type { Deps, RequestContext } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import type { LocalDate } from "../time/local-date.ts";
import { type Holiday, type HolidayPlace, holidaysBetween, isHolidayPlace } from "./holidays.ts";
import { openingDates } from "./opening-dates.ts";
import { toOpeningRule } from "./openings/opening.ts";
import { listImmuneOpenings } from "./openings/queries.ts";
import { findSiteCalendar } from "./queries.ts";
import type { DateRange } from "./schedule.ts";

/** A holiday of a site, and which of its openings run nevertheless. */
export type SiteHoliday = Holiday & {
  readonly open_anyway: readonly { readonly id: string; readonly code: string }[];
};

/** The holidays of a site and where they come from. */
export type SiteHolidays = {
  readonly site: { readonly id: string; readonly code: string };
  /** `is_known` is false when the country or region is not, so that holidays are missing. */
  readonly place: HolidayPlace & { readonly is_known: boolean };
  readonly items: readonly SiteHoliday[];
};

/**
 * The holidays of a site from `from` to `to` (both included, at most 732 days): national and regional ones of its own
 * or the administration's place, and local ones; with the openings that run on them all the same.
 * `site` is an id or a code. Throws `not-found`.
 */
export async function listHolidays(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { site, from, to }: DateRange & { readonly site: string },
): Promise<SiteHolidays> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const found = await findSiteCalendar(trx, tenantId, idOrCode(site));
      if (!found) throw new DomainError(notFound, "There is no such site.");
      const openings = await listImmuneOpenings(trx, tenantId, found.id);
      const openOn = new Map(
        openings.map((opening) => [
          opening,
          new Set(openingDates(toOpeningRule(opening), { from, to })),
        ]),
      );
      const openAnyway = (date: LocalDate) =>
        openings
          .filter((opening) => openOn.get(opening)?.has(date))
          .map(({ id, code }) => ({ id, code }));
      const place = { country: found.holiday_country, region: found.holiday_region };
      const calendar = { place, localHolidays: found.local_holidays };
      return {
        site: { id: found.id, code: found.code },
        place: { ...place, is_known: isHolidayPlace(place) },
        items: holidaysBetween(calendar, from, to).map((holiday) => ({
          ...holiday,
          open_anyway: openAnyway(holiday.date),
        })),
      };
    },
    { isReadOnly: true, signal: context.signal },
  );
}
