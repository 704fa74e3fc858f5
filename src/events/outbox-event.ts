/** How an outbox row changes; a test compares this with the database's list. */
export const outboxTransitions = [
  ["pending", "leased"],
  ["pending", "relayed"],
  ["leased", "leased"],
  ["leased", "pending"],
  ["leased", "relayed"],
] as const;

/** An event that must cause work, as subscribers get it. Handlers look up the state of the subject themselves. */
export interface OutboxEvent {
  readonly tenantId: string;
  readonly id: string;
  /** `thing.verb_in_past`. */
  readonly kind: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** Version of the subject after the event. */
  readonly subjectVersion: number;
  /** Ids, enumerated values and numbers only. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Which jobs a slice wants for events of some kinds. `Job` is whatever the relay's `enqueueMany` takes.
 *
 * An event may be relayed more than once, and is lost to a job store that is emptied before the job ran: handlers
 * must change nothing twice, and what must happen in the end needs a periodic task that finds it by state.
 */
export interface Subscription<Job> {
  readonly kinds: readonly string[];
  /**
   * Makes the jobs of one event, pure and without randomness; each job takes one `newJobId()`, which gives
   * `outbox-<event id>-<n>`, the same in every relay of the event.
   */
  readonly jobsOf: (event: OutboxEvent, newJobId: () => string) => readonly Job[];
}

/**
 * The same for a slice whose jobs take many events of one tenant at once, so that a rush of bookings does not cost a
 * job each. An event that is relayed again may come in other company, and then in a job of another id.
 */
export interface BatchSubscription<Job> {
  readonly kinds: readonly string[];
  /** Whether an event of these kinds is to be in a job at all. Every one unless said. */
  readonly isWanted?: (event: OutboxEvent) => boolean;
  /** Makes the jobs of events of one tenant, in their order; pure, and it must not fail for one of them. */
  readonly jobsOfMany: (events: readonly OutboxEvent[], newJobId: () => string) => readonly Job[];
}
