/** How a service's waitlist works. */
export interface WaitlistSettings {
  readonly is_on: boolean;
  /** How many people one place is offered to at once: the first who accepts has it. 1: one after the other. */
  readonly people_per_place: number;
  /** How long an offer can be answered where there is time enough. */
  readonly answer_minutes: number;
  /** So many offers may pass without an answer; then the wish ends. */
  readonly lapses_max: number;
}

/** Settings and their version; 0 where nothing was stated. */
export interface ServiceWaitlist extends WaitlistSettings {
  readonly service_id: string;
  readonly version: number;
}

/** What holds until an administration says otherwise: no waitlist. */
export const defaultSettings: WaitlistSettings = {
  is_on: false,
  people_per_place: 1,
  answer_minutes: 720,
  lapses_max: 2,
};
