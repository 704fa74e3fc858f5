import type { ProblemType } from "../errors.ts";

export const slotTaken: ProblemType = {
  slug: "slot-taken",
  status: 409,
  title: "No place is left at this time",
  advice: "Search availability again and choose another time; somebody else was faster.",
};

export const noSuchStart: ProblemType = {
  slug: "no-such-start",
  status: 422,
  title: "Nothing starts at this time",
  advice: "Use a `starts_at` that availability lists for the same services, site and party size.",
};

export const notPublishedYet: ProblemType = {
  slug: "not-published-yet",
  status: 422,
  title: "This time cannot be booked yet",
  advice: "Try again from `published_at` on.",
};

export const noticeTooShort: ProblemType = {
  slug: "notice-too-short",
  status: 422,
  title: "This time is too near or past",
  advice: "Choose a later time, or ask the office by phone.",
};

export const serviceSuspended: ProblemType = {
  slug: "service-suspended",
  status: 422,
  title: "The service is suspended at this time",
  advice: "Choose a time that availability lists; the site's notices say why and until when.",
};

export const walkInOnly: ProblemType = {
  slug: "walk-in-only",
  status: 422,
  title: "This day is without appointments",
  advice: "Come without an appointment, or choose another day.",
};

export const dayUndecided: ProblemType = {
  slug: "day-undecided",
  status: 422,
  title: "It is not decided yet whether this day can be booked",
  advice: "Choose another day or look again later.",
};

export const channelShareUsed: ProblemType = {
  slug: "channel-share-used",
  status: 409,
  title: "The places for this channel are used up at this time",
  advice: "Choose another time, another channel, or try again after the unused shares flow back.",
};

export const partyTooLarge: ProblemType = {
  slug: "party-too-large",
  status: 422,
  title: "Too many people for one appointment",
  advice: "Book for at most `party_size_max` people, or ask the office.",
};

export const holdNotOpen: ProblemType = {
  slug: "hold-not-open",
  status: 409,
  title: "The time is no longer held",
  advice: "Choose a time again; the hold has expired, was released or was already confirmed.",
};

export const offerNotOpen: ProblemType = {
  slug: "offer-not-open",
  status: 409,
  title: "The offered place is no longer kept",
  advice:
    "The time to answer has passed, or somebody else took it; a wish that still waits keeps its place in the order.",
};

export const holdExtensionsUsed: ProblemType = {
  slug: "hold-extensions-used",
  status: 409,
  title: "The hold was extended as often as possible",
  advice: "Finish the booking before `expires_at`, or choose a time again.",
};

/** Problem types of this slice, for their pages. */
export const slotProblems: readonly ProblemType[] = [
  slotTaken,
  noSuchStart,
  notPublishedYet,
  noticeTooShort,
  serviceSuspended,
  walkInOnly,
  dayUndecided,
  channelShareUsed,
  partyTooLarge,
  holdNotOpen,
  offerNotOpen,
  holdExtensionsUsed,
];
