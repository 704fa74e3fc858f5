import type { PublicationPortions } from "./publication.ts";

/** A time at which a service is not given at a site; instants in epoch ms, the end not included. */
export interface ServiceSuspension {
  readonly siteId: string;
  readonly from: number;
  readonly to: number;
}

/** Days that are published to people who were cancelled before they are to others; instants in epoch ms. */
export interface EarlyAccess extends ServiceSuspension {
  /** From then on everybody may book them. */
  readonly until: number;
}

/** What slots need to know of a service. Minutes are real minutes. */
export interface ServiceRule {
  readonly id: string;
  readonly visibility: "public" | "hidden" | "invitation";
  readonly durationMinutes: number;
  readonly extraMinutesPerPerson: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  /** Units of capacity per person; 0 means one unit for the whole visit. */
  readonly placesPerPerson: number;
  readonly partySizeMax: number;
  /** Each role needs one resource of its own at the same time. */
  readonly roles: readonly string[];
  /** Longest wait between this leg's end and the next leg's start, when one resource cannot serve both. */
  readonly legGapMaxMinutes: number;
  readonly noticeMinutes: number;
  readonly horizonDays: number;
  /** Wall time, in the site's zone, at which a new day becomes bookable: `HH:MM`. */
  readonly publicationTime: string;
  readonly publicationPortions: PublicationPortions | null;
  readonly holdTtlSeconds: number;
  readonly isScarce: boolean;
  readonly coolDownSeconds: number;
  /** Those in force that are not over; none when undefined. */
  readonly suspensions?: readonly ServiceSuspension[] | undefined;
  /** Those that are not everybody's yet; none when undefined. */
  readonly earlyAccesses?: readonly EarlyAccess[] | undefined;
}

/** A resource that could serve a visit, with the site it belongs to. */
export interface Candidate {
  readonly resourceId: string;
  readonly siteId: string;
  readonly role: string;
  readonly code: string;
  readonly cellMinutes: number;
  readonly isChoosable: boolean;
  /** Active services it offers; the fewer, the less flexible it is. */
  readonly offers: readonly string[];
}

export interface SiteRule {
  readonly id: string;
  readonly timeZone: string;
}

/** Everything that decides about a visit except the state of the slots. */
export interface BookingRules {
  /** In the order asked for. */
  readonly services: readonly ServiceRule[];
  readonly sites: readonly SiteRule[];
  /** Resources that offer any of the services. */
  readonly candidates: readonly Candidate[];
  /** Every active resource of these sites: those that others could be moved to. */
  readonly siteResources: readonly Candidate[];
  /** The longest that one person stays for any service (real minutes, with buffers), to know how far moves reach. */
  readonly stayMinutesMax: number;
  /** Resources whose openings restrict services, let visits start at some cells only, or have ceilings. */
  readonly unevenResourceIds: ReadonlySet<string>;
}
