/** `superseded`: the place went to somebody else, or is no longer there. */
export const offerStatuses = ["offered", "accepted", "declined", "expired", "superseded"] as const;
export type OfferStatus = (typeof offerStatuses)[number];

/** How an offer changes: a test compares this with the database's list. */
export const offerTransitions = [
  ["offered", "accepted"],
  ["offered", "declined"],
  ["offered", "expired"],
  ["offered", "superseded"],
] as const satisfies (readonly [OfferStatus, OfferStatus])[];

/** How a place that is held for offers changes: a test compares this with the database's list. */
export const placeTransitions = [
  ["held", "taken"],
  ["held", "returned"],
] as const;

/** How somebody hears of an offer; `phone` is a call that an operator makes. */
export const offerWays = ["email", "sms", "phone"] as const;
export type OfferWay = (typeof offerWays)[number];

/** What came of a call about an offer. Whoever is reached accepts or declines by the offer's own operations. */
export const callOutcomes = [
  "reached",
  "left_message",
  "not_reached",
  "wrong_number",
  "no_number",
] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** Nobody is asked in less. */
export const answerMinutesMin = 15;
