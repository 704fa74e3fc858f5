import type { ChangeClosure } from "../closures/change-closure.ts";
import type { CreateClosure } from "../closures/create-closure.ts";
import type { ChangeDayMark } from "../day-marks/change-day-mark.ts";
import type { CreateDayMark } from "../day-marks/create-day-mark.ts";
import type { ChangeOpening } from "../openings/change-opening.ts";
import type { CreateOpening } from "../openings/create-opening.ts";

/** One change that a proposal would make, by the verb that makes it. */
export type ProposedChange =
  | { readonly kind: "create_opening"; readonly opening: CreateOpening }
  | { readonly kind: "change_opening"; readonly id: string; readonly change: ChangeOpening }
  | { readonly kind: "retire_opening"; readonly id: string }
  | { readonly kind: "create_closure"; readonly closure: CreateClosure }
  | { readonly kind: "change_closure"; readonly id: string; readonly change: ChangeClosure }
  | { readonly kind: "retire_closure"; readonly id: string }
  | { readonly kind: "create_day_mark"; readonly day_mark: CreateDayMark }
  | { readonly kind: "change_day_mark"; readonly id: string; readonly change: ChangeDayMark }
  | { readonly kind: "retire_day_mark"; readonly id: string }
  | {
      readonly kind: "change_services";
      readonly resource_id: string;
      readonly service_ids: readonly string[];
      readonly version: number;
    };

/** Most changes of one proposal. */
export const changesMax = 50;

export const proposalStatuses = ["computed", "applying", "applied", "dropped", "expired"] as const;
export type ProposalStatus = (typeof proposalStatuses)[number];

/** How a proposal changes; a test compares this with the database's list. */
export const proposalTransitions = [
  ["computed", "applying"],
  ["computed", "applied"],
  ["computed", "dropped"],
  ["computed", "expired"],
  ["applying", "applied"],
] as const;

/**
 * What becomes of an appointment: it keeps its place where places go; it goes to an equivalent resource at the same
 * time; it loses its place; it has been in conflict and has a place again.
 */
export const outcomes = ["stays", "moves", "conflict", "returns"] as const;
export type Outcome = (typeof outcomes)[number];

/** What a change does, in numbers. Slots are those that can be booked; places are their capacity. */
export interface EffectCounts {
  readonly slots_gained: number;
  readonly slots_lost: number;
  readonly places_gained: number;
  readonly places_lost: number;
  readonly stays: number;
  readonly moves: number;
  readonly conflicts: number;
  /** Of those in conflict, who can be told neither by e-mail nor by SMS. */
  readonly conflicts_without_contact: number;
  readonly returns: number;
}

/** One day of a site, by its own calendar. */
export interface EffectDay extends EffectCounts {
  readonly site_id: string;
  readonly date: string;
}

/** What a proposal would do. */
export interface Effect {
  readonly totals: EffectCounts;
  /** Holds that would end. */
  readonly holds_released: number;
  /** Days on which anything changes, by date and site. */
  readonly days: readonly EffectDay[];
  /** Slots that were looked at. */
  readonly slots_examined: number;
}

/** A piece of a proposal small enough for one transaction: some resources of one site, each on some of its dates. */
export interface Part {
  readonly site_id: string;
  /** Whether services of some of its resources change, so that appointments have to follow them. */
  readonly follows_offers: boolean;
  readonly windows: readonly {
    readonly resource_id: string;
    readonly from: string;
    readonly to: string;
  }[];
}

/** The numbers of nothing. */
export const noCounts: EffectCounts = {
  slots_gained: 0,
  slots_lost: 0,
  places_gained: 0,
  places_lost: 0,
  stays: 0,
  moves: 0,
  conflicts: 0,
  conflicts_without_contact: 0,
  returns: 0,
};

/** Adds numbers up. */
export function addCounts(a: EffectCounts, b: EffectCounts): EffectCounts {
  return {
    slots_gained: a.slots_gained + b.slots_gained,
    slots_lost: a.slots_lost + b.slots_lost,
    places_gained: a.places_gained + b.places_gained,
    places_lost: a.places_lost + b.places_lost,
    stays: a.stays + b.stays,
    moves: a.moves + b.moves,
    conflicts: a.conflicts + b.conflicts,
    conflicts_without_contact: a.conflicts_without_contact + b.conflicts_without_contact,
    returns: a.returns + b.returns,
  };
}
