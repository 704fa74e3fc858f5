import { DomainError } from "../../errors.ts";
import { dateFromEpochMs } from "../../time/clock.ts";
import {
  channelShareUsed,
  dayUndecided,
  noSuchStart,
  notPublishedYet,
  slotTaken,
  walkInOnly,
} from "../errors.ts";
import type { Misfit } from "./choose-places.ts";

/** Turns the reason why a visit does not fit into the problem that says so. `publishedAt` is epoch ms. */
export function refuseVisit(misfit: Misfit, publishedAt: number | undefined): DomainError {
  switch (misfit) {
    case "full":
      return new DomainError(slotTaken, "No place is left at this time.");
    case "ceiling":
      return new DomainError(
        channelShareUsed,
        "The places for this channel are used up at this time.",
      );
    case "not_published":
      return new DomainError(notPublishedYet, "This time cannot be booked yet.", {
        facts:
          publishedAt === undefined
            ? {}
            : { published_at: dateFromEpochMs(publishedAt).toISOString() },
      });
    case "walk_in":
      return new DomainError(walkInOnly, "This day is without appointments: come without one.");
    case "undecided":
      return new DomainError(dayUndecided, "It is not decided yet whether this day can be booked.");
    case "not_permitted":
      return new DomainError(noSuchStart, "The service is not offered at this time.");
    case "past_closing":
      return new DomainError(noSuchStart, "The appointment would not end before closing.");
    case "no_start":
      return new DomainError(noSuchStart, "Nothing starts at this time.");
  }
}
