/** Refusals of the verbs in the citizen's words. */
import type { DomainError } from "../errors.ts";
import type { Page } from "./page.ts";
import type { MessageKey } from "./translate.ts";

const texts: Readonly<Record<string, MessageKey>> = {
  "slot-taken": "refused_taken",
  "channel-share-used": "refused_taken",
  "no-such-start": "refused_gone",
  "service-suspended": "refused_gone",
  "notice-too-short": "refused_too_near",
  "not-published-yet": "refused_not_yet",
  "walk-in-only": "refused_walk_in",
  "day-undecided": "refused_undecided",
  "party-too-large": "refused_party",
};

/** Whether choosing another time can help. */
export function isAboutTheTime(error: DomainError): boolean {
  return error.problem.slug in texts;
}

/** Why a time could not be had, by the slug of the problem; says the general thing for any other. */
export function refusalText(page: Page, slug: string): string {
  return page.t(texts[slug] ?? "refused_gone");
}
