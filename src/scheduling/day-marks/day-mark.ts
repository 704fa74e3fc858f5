import type { DatedScope } from "../dated-scope.ts";
import type { OpeningMode } from "../schedule.ts";

/** What an administration states about days on which another mode applies. */
export interface DayMarkFacts extends DatedScope {
  readonly mode: OpeningMode;
}

/** Days that are walk-in only, undecided or bookable against their openings, for a resource, a site or the tenant. */
export interface DayMark extends DayMarkFacts {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly is_retired: boolean;
}

/** The facts of a day mark without what names it. */
export function factsOfDayMark(mark: DayMark): DayMarkFacts {
  const { id: _id, code: _code, version: _version, is_retired: _isRetired, ...facts } = mark;
  return facts;
}
