/** What citizens answer to messages: that they come, that they want no reminders, how it was. All by POST. */
import { DomainError } from "../errors.ts";
import { confirmPresence } from "../reminders/presence/confirm-presence.ts";
import { getPresence } from "../reminders/presence/get-presence.ts";
import { areRemindersWanted, setReminders } from "../reminders/opt-out/set-reminders.ts";
import { getRating, rateVisit } from "../reminders/satisfaction/rate-visit.ts";
import type { Notice } from "./layout.ts";
import { answerWithoutToken } from "./manage-handlers.ts";
import { findOwnAppointment } from "./own-appointment.ts";
import { type Page, pathTo } from "./page.ts";
import { presencePage } from "./presence-page.ts";
import { canRate, ratingPage, readRating } from "./rating-page.ts";
import { remindersPage } from "./reminders-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /manage/confirm`: the question whether one comes. */
export async function showPresence(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  if (own.appointment.status !== "booked") return goTo(c, pathTo(page, "/manage"));
  const presence = await getPresence(page.deps, own.context, own.appointment.id);
  return c.html(presencePage(page, own.appointment, presence));
}

/** `POST /manage/confirm`: one comes. */
export async function confirmOwn(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  try {
    await confirmPresence(page.deps, own.context, own.appointment.id);
    return goTo(c, pathTo(page, "/manage?done=confirmed"));
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
    return goTo(c, pathTo(page, "/manage"));
  }
}

/** `GET /manage/reminders`: whether reminders are sent. */
export async function showReminders(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const isWanted = await areRemindersWanted(page.deps, own.context, own.appointment.id);
  const isDone = c.req.query("done") !== undefined;
  const notice = isDone ? switchedNotice(page, isWanted) : undefined;
  return c.html(remindersPage(page, own.appointment, { isWanted, notice }));
}

/** `POST /manage/reminders`: switches them off or on. */
export async function switchReminders(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const isWanted = (await readFields(c)).get("wanted") === "yes";
  await setReminders(page.deps, own.context, { id: own.appointment.id, isWanted });
  return goTo(c, pathTo(page, "/manage/reminders?done=1"));
}

/** `GET /manage/feedback`: how was it? */
export async function showRating(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  if (!canRate(own.appointment)) return goTo(c, pathTo(page, "/manage?done=not-visited"));
  const rating = await getRating(page.deps, own.context, own.appointment.id);
  const isDone = c.req.query("done") !== undefined;
  return c.html(
    ratingPage(page, own.appointment, {
      rating,
      hasError: c.req.query("check") !== undefined,
      notice: isDone ? { kind: "status", title: page.t("rating_done") } : undefined,
    }),
  );
}

/** `POST /manage/feedback`: the answer. */
export async function rateOwn(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const rating = readRating((await readFields(c)).get("rating"));
  if (!canRate(own.appointment)) return goTo(c, pathTo(page, "/manage?done=not-visited"));
  if (rating === undefined) return goTo(c, pathTo(page, "/manage/feedback?check=1#errors"));
  await rateVisit(page.deps, own.context, { id: own.appointment.id, rating });
  return goTo(c, pathTo(page, "/manage/feedback?done=1"));
}

function switchedNotice(page: Page, isWanted: boolean): Notice {
  return {
    kind: "status",
    title: page.t(isWanted ? "reminders_done_on" : "reminders_done_off"),
  };
}
