import type { BookingRules, Candidate } from "../rules/booking-rules.ts";
import { couldMatchingHelp } from "./could-matching-help.ts";
import { resourcesInReach } from "./resources-in-reach.ts";
import { visitSpan } from "./visit-span.ts";

const minuteMs = 60_000;

/** A visit, as far as it decides which slots a claim has to look at. */
export interface ReachOf {
  readonly rules: BookingRules;
  readonly siteId: string;
  readonly partySize: number;
  readonly resourceId?: string | undefined;
}

/** The slots that a claim locks: those of some resources that start in a span around the visit's start. */
export interface Reach {
  /** Resources that could serve the visit; where others may be moved, also those that they could be moved to. */
  readonly candidates: readonly Candidate[];
  /** Whether moving others could ever let this visit in. */
  readonly mayMove: boolean;
  /** How far before and after its start (ms) the slots lie. */
  readonly beforeMs: number;
  readonly afterMs: number;
}

const known = new WeakMap<BookingRules, Map<string, Reach>>();

/**
 * Tells what a claim has to lock. Stays of other people are moved whole or not at all, so that where they may be moved
 * the span reaches as far as one person's longest stay at the site beyond the visit; longer ones are left where they are.
 * Remembered per rules.
 */
export function reachOf(visit: ReachOf): Reach {
  const ofRules = known.get(visit.rules) ?? new Map<string, Reach>();
  known.set(visit.rules, ofRules);
  const name = `${visit.siteId}/${visit.partySize}/${visit.resourceId ?? ""}`;
  const reach = ofRules.get(name) ?? reachAnew(visit);
  ofRules.set(name, reach);
  return reach;
}

function reachAnew({ rules, siteId, partySize, resourceId }: ReachOf): Reach {
  const { services, unevenResourceIds } = rules;
  const own = rules.candidates.filter((one) => one.siteId === siteId);
  const site = rules.siteResources.filter((one) => one.siteId === siteId);
  const visit = { services, partySize, resourceId };
  const circle = resourcesInReach(site, visit);
  const hasPlainOpenings = !circle.some((one) => unevenResourceIds.has(one.resourceId));
  const mayMove = couldMatchingHelp({ candidates: site, hasPlainOpenings }, visit);
  const candidates = mayMove ? union(own, circle) : own;
  const cellMinutesMax = Math.max(5, ...candidates.map((one) => one.cellMinutes));
  const span = visitSpan(services, { partySize, cellMinutesMax });
  const otherMs = mayMove ? (rules.stayMinutesMax + cellMinutesMax) * minuteMs : 0;
  return {
    candidates,
    mayMove,
    beforeMs: span.beforeMs + otherMs,
    afterMs: span.afterMs + otherMs,
  };
}

function union(a: readonly Candidate[], b: readonly Candidate[]): Candidate[] {
  const ids = new Set(a.map((one) => one.resourceId));
  return [...a, ...b.filter((one) => !ids.has(one.resourceId))];
}
