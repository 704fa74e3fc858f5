import type { RawBuilder } from "kysely";
import type { Language, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { SealedPeople } from "../people.ts";

/** A booking as far as its messages depend on it; instants in epoch milliseconds. */
export interface BookedVisit {
  readonly id: string;
  readonly tenant: Tenant;
  readonly siteId: string;
  /** In the order of the visit. */
  readonly serviceIds: readonly string[];
  readonly startsAt: number;
  readonly endsAt: number;
  /** IANA zone of the site. */
  readonly timeZone: string;
  readonly language: Language;
  readonly isTraining: boolean;
  readonly booker: SealedPeople["booker"];
  /** By the database's clock. */
  readonly bookedAt: number;
}

/**
 * Plans the messages of bookings in the transaction that makes them: the people are at hand there, still unsealed, and
 * nobody has to find out afterwards what was not told yet. Slices that know of messages stand above this one, so that
 * whoever puts the service together hands it in.
 */
export interface MessagePlanner {
  /** What an administration has said of its messages, at most a second old. Never call it within a transaction. */
  readonly rulesOf: (tenant: Tenant) => Promise<MessageRules>;
}

/** The messages of an administration at one moment. */
export interface MessageRules {
  /**
   * Makes out what is to be written together with the bookings, as parts of `writeTogether`. Undefined when it cannot:
   * the jobs of the events plan it then.
   */
  readonly plan: (
    trx: Trx,
    visits: readonly BookedVisit[],
  ) => Promise<readonly RawBuilder<unknown>[] | undefined>;
}

/** Says in a `booked` event that its messages are planned with it. */
export const plannedAlready = { messages: "planned" } as const;
