import type { LocalizedText } from "../../context.ts";
import type { CustomField } from "../answers.ts";
import type { Condition } from "../condition.ts";

/** Who finds a service: everybody, whoever knows its id, or whoever has an invitation code. */
export const visibilities = ["public", "hidden", "invitation"] as const;
export type Visibility = (typeof visibilities)[number];

/** What a visit is called on pages: registry offices give appointments, pools and landfills take bookings. */
export const nouns = ["appointment", "booking"] as const;
export type Noun = (typeof nouns)[number];

/** Something to bring; without `when` everybody brings it. */
export interface DocumentToBring {
  readonly code: string;
  readonly label: LocalizedText;
  readonly when?: Condition | undefined;
}

/** Something to pay on the spot, per person unless `is_per_visit`. */
export interface Fee {
  readonly code: string;
  readonly label: LocalizedText;
  readonly amount_cents: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly is_per_visit: boolean;
  readonly when?: Condition | undefined;
}

/**
 * Deals an opening's start cells out in portions: the cell with ordinal o belongs to portion
 * `pattern[o % pattern.length]`, and each portion is published by its own horizon and local time.
 */
export interface PublicationPortions {
  readonly pattern: readonly number[];
  readonly portions: readonly { readonly horizon_days: number; readonly time: string }[];
}

/** On these ISO weekdays a booking lapses when it is not used by this local time. */
export interface ValidUntilRule {
  readonly weekdays: readonly number[];
  readonly time: string;
}

/** What an administration states about a service. Durations and limits are real minutes unless named otherwise. */
export interface ServiceFacts {
  readonly name: LocalizedText;
  readonly description: LocalizedText;
  readonly noun: Noun;
  readonly visibility: Visibility;
  readonly duration_minutes: number;
  readonly extra_minutes_per_person: number;
  readonly buffer_before_minutes: number;
  readonly buffer_after_minutes: number;
  /** 0 means one place per appointment, whatever the party. */
  readonly places_per_person: number;
  readonly party_size_max: number;
  /** One resource of each of these roles serves a visit. */
  readonly roles: readonly string[];
  readonly leg_gap_max_minutes: number;
  readonly notice_minutes: number;
  /** Last bookable local date, in days from today; published at `publication_time` on the site's clock. */
  readonly horizon_days: number;
  readonly publication_time: string;
  readonly publication_portions: PublicationPortions | null;
  readonly cancel_limit_minutes: number;
  readonly change_limit_minutes: number;
  readonly hold_ttl_seconds: number;
  readonly is_scarce: boolean;
  readonly cool_down_seconds: number;
  readonly valid_until_rules: readonly ValidUntilRule[];
  readonly eligibility_list_id: string | null;
  /** Code of the field of the booking whose answer must be on the list. */
  readonly eligibility_field: string | null;
  readonly fields: readonly CustomField[];
  readonly documents: readonly DocumentToBring[];
  readonly fees: readonly Fee[];
  /** What happens to who comes late. */
  readonly late_note: LocalizedText;
}

/** What a citizen comes for. */
export interface Service extends ServiceFacts {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly is_retired: boolean;
}

/** Changes of these let slots be generated further ahead or removed. */
export const factsThatMoveSlots: readonly string[] = [
  "horizon_days",
  "publication_time",
  "publication_portions",
];

/** The facts of a service without what the service adds. */
export function factsOfService(service: Service): ServiceFacts {
  const { id: _id, code: _code, version: _version, is_retired: _isRetired, ...facts } = service;
  return facts;
}
