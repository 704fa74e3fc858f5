import type { LocalizedText } from "../../context.ts";

/** What an administration states about a place. */
export interface SiteFacts {
  readonly name: LocalizedText;
  readonly address: string;
  readonly phone: string;
  readonly directions: LocalizedText;
  /** IANA zone of its wall clock. */
  readonly time_zone: string;
  /** Where its public holidays come from (ISO 3166), instead of the tenant's country and region. */
  readonly holiday_country: string | null;
  readonly holiday_region: string | null;
}

/** A place with an address. */
export interface Site extends SiteFacts {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly is_retired: boolean;
}

/** Changes of these move or remove slots. */
export const factsThatMoveSlots: readonly string[] = [
  "time_zone",
  "holiday_country",
  "holiday_region",
];

/** The facts of a site without what the service adds. */
export function factsOfSite(site: Site): SiteFacts {
  const { id: _id, code: _code, version: _version, is_retired: _isRetired, ...facts } = site;
  return facts;
}
