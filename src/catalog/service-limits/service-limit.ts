/** What a limit counts, and over which time of the site's calendar; `open` counts visits that are still to come. */
export const countedThings = ["appointments", "participants"] as const;
export const limitPeriods = ["day", "week", "month", "year", "rolling", "open"] as const;

/** What an administration states about a limit. */
export interface ServiceLimitFacts {
  readonly service_id: string;
  /** `person` (the booker, by name and birth date or tax code) or `field:<code>` of a field of the booking. */
  readonly key_source: string;
  readonly count_max: number;
  readonly counted: (typeof countedThings)[number];
  readonly period: (typeof limitPeriods)[number];
  /** Length of a `rolling` period in days; null for all others. */
  readonly rolling_days: number | null;
}

/** How many appointments one person or household may have in a period. */
export interface ServiceLimit extends ServiceLimitFacts {
  readonly id: string;
  readonly version: number;
  readonly is_retired: boolean;
}

/** The code of the field a limit counts by, or undefined when it counts by the person. */
export function fieldOfKeySource(keySource: string): string | undefined {
  return keySource.startsWith("field:") ? keySource.slice("field:".length) : undefined;
}
