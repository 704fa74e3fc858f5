/** The booking in the making that a page is about, judged by what the database holds. */
import { DomainError, notFound } from "../errors.ts";
import { readHold } from "../slots/holds/read-hold.ts";
import { systemNow } from "../time/clock.ts";
import { localDateOf } from "../time/wall-clock.ts";
import { readDraft } from "./cookies.ts";
import type { FormSubject } from "./detail-form.ts";
import { type OpenBooking, searchOf, startOf } from "./hold-panel.ts";
import { instantOf } from "./instants.ts";
import { getOffer } from "./offers.ts";
import { type Page, pathTo } from "./page.ts";
import type { Problem } from "./problem-page.ts";
import type { WebContext } from "./web-env.ts";

/** A held time, or why there is none. */
export type HoldState =
  | { readonly kind: "held"; readonly booking: OpenBooking }
  | { readonly kind: "over"; readonly booking: OpenBooking }
  | { readonly kind: "booked" }
  | { readonly kind: "none" };

/** Reads the draft of this browser and asks the database for its hold. */
export async function readHoldState(c: WebContext): Promise<HoldState> {
  const page = c.get("page");
  const draft = readDraft(c, page);
  if (!draft) return { kind: "none" };
  if (draft.is_booked) return { kind: "booked" };
  const { service, sites } = await getOffer(page, draft.service);
  const site = sites.find(({ id }) => id === draft.site_id);
  if (!site) return { kind: "none" };
  const hold = await readHold(page.deps, page.context, draft.hold_id).catch(absentWhenNotFound);
  const booking = {
    draft: { ...draft, expires_at: hold?.expires_at ?? draft.expires_at },
    service,
    site,
  };
  // A confirmed hold means that the answer to the confirmation was lost; confirming again brings it back.
  const isHeld =
    hold?.status === "confirmed" ||
    (hold?.status === "open" && instantOf(hold.expires_at) > systemNow());
  return { kind: isHeld ? "held" : "over", booking };
}

/** What the data form of a held time is about. */
export function subjectOf(page: Page, booking: OpenBooking): FormSubject {
  return {
    service: booking.service,
    partySize: booking.draft.party_size,
    visitDate: localDateOf(startOf(booking).getTime(), booking.site.time_zone),
    country: page.tenant.holidayCountry,
  };
}

/** The page for a time that is no longer held; the next step searches again and keeps what was typed. */
export function holdOver(page: Page, booking: OpenBooking): Problem {
  return {
    title: page.t("hold_over_title"),
    text: page.t("hold_over_text"),
    next: {
      href: pathTo(page, `/times?${searchOf(booking.draft)}`),
      text: page.t("choose_time_button"),
    },
  };
}

/** The page for a form of another window than the one that holds a time now. */
export function otherWindow(page: Page): Problem {
  return {
    title: page.t("other_window_title"),
    text: page.t("other_window_text"),
    next: { href: pathTo(page, "/details"), text: page.t("other_window_next") },
  };
}

function absentWhenNotFound(error: unknown): undefined {
  if (error instanceof DomainError && error.problem.slug === notFound.slug) return undefined;
  throw error;
}
