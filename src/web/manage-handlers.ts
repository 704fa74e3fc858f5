/** What citizens do with their own appointment: see, move, cancel, take along as a calendar file, leave. */
import { v4 as uuidv4 } from "uuid";
import { calendarOf } from "../appointments/calendar.ts";
import { findOwnClosure, findOwnWait } from "../bulk/today/own-closure.ts";
import { cancelAppointment } from "../appointments/cancel-appointment.ts";
import { rescheduleAppointment } from "../appointments/reschedule-appointment.ts";
import { getService } from "../catalog/services/get-service.ts";
import { getSite } from "../catalog/sites/get-site.ts";
import { DomainError } from "../errors.ts";
import { getPresence } from "../reminders/presence/get-presence.ts";
import { cancelPage, readReason } from "./cancel-page.ts";
import { readStart, readView } from "./choose-handlers.ts";
import { clearManageToken } from "./cookies.ts";
import { findPage } from "./find-page.ts";
import { instantOf } from "./instants.ts";
import type { Notice } from "./layout.ts";
import { canCancel, canMove, managePage, nounOf } from "./manage-page.ts";
import { currentTime, movePage } from "./move-page.ts";
import { findOwnAppointment, type OwnAppointment } from "./own-appointment.ts";
import { type Page, pathTo } from "./page.ts";
import { isAboutTheTime } from "./refusals.ts";
import type { ChooserTarget } from "./time-chooser.ts";
import type { TimeWish } from "./time-search.ts";
import { timesPage } from "./times-page.ts";
import { canExchange } from "./can-exchange.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /manage`: the appointment. */
export async function showManage(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const presence = await getPresence(page.deps, own.context, own.appointment.id);
  const closure =
    own.appointment.support === "conflict"
      ? await findOwnClosure(page.deps, own.context, own.appointment.id)
      : undefined;
  const wait =
    own.appointment.status === "booked" && !closure
      ? await findOwnWait(page.deps, own.context, own.appointment.id)
      : undefined;
  const notice = doneNotice(page, own, c.req.query("done"));
  const mayExchange = await canExchange(page, own.appointment);
  return c.html(
    managePage(page, own.appointment, { notice, presence, closure, wait, mayExchange }),
  );
}

/** `GET /manage/move`: free times; with `start` the last look at the chosen one. */
export async function showMove(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  if (!canMove(own.appointment)) return goTo(c, pathTo(page, "/manage"));
  const start = readStart(c.req.query("start"));
  if (start) {
    const site = await getSite(page.deps, own.context, start.siteCode);
    return c.html(movePage(page, own.appointment, { site, startsAt: start.at, key: uuidv4() }));
  }
  const wish = await wishOf(page, own);
  const frame = {
    title: page.t("move_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: page.t("back_to_manage", { noun: nounOf(own.appointment) }),
    },
    summary: currentTime(page, own.appointment),
  };
  const view = readView((name) => c.req.query(name));
  return c.html(await timesPage(page, wish, { frame, target: moveTarget(page), view }));
}

/** `POST /manage/move`: from the choice to the last look, and from there, with its key, to the new time. */
export async function moveAppointment(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const fields = await readFields(c);
  const value = fields.get("start") ?? undefined;
  const start = readStart(value);
  const key = fields.get("key");
  if (!start || !value) return goTo(c, pathTo(page, "/manage/move"));
  if (!key)
    return goTo(
      c,
      pathTo(page, `/manage/move?${new URLSearchParams({ start: value }).toString()}`),
    );
  const site = await getSite(page.deps, own.context, start.siteCode);
  const time = { startsAt: start.at, site: site.id };
  try {
    const idempotency = { key, route: "POST /manage/move", request: { start: value } };
    await rescheduleAppointment(page.deps, own.context, {
      id: own.appointment.id,
      time,
      idempotency,
    });
    return goTo(c, pathTo(page, "/manage?done=moved"));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.problem.slug === "too-late-to-change" || error.problem.slug === "not-booked-any-more")
      return goTo(c, pathTo(page, "/manage"));
    if (!isAboutTheTime(error)) throw error;
    const query = new URLSearchParams({ refused: error.problem.slug, at: start.at.toISOString() });
    return goTo(c, pathTo(page, `/manage/move?${query.toString()}`));
  }
}

/** `GET /manage/cancel`: the question, for all or for one person. */
export async function showCancel(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  if (!canCancel(own.appointment)) return goTo(c, pathTo(page, "/manage"));
  const person = personOf(own, c.req.query("participant"));
  const hasError = c.req.query("check") !== undefined;
  return c.html(cancelPage(page, own.appointment, { person, hasError, key: uuidv4() }));
}

/** `POST /manage/cancel`: cancels with the reason given. */
export async function cancelOwn(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const fields = await readFields(c);
  const person = personOf(own, fields.get("participant") ?? undefined);
  const reason = readReason(fields.get("reason"));
  const key = fields.get("key");
  if (!reason || !key)
    return goTo(
      c,
      pathTo(page, `/manage/cancel?check=1${person ? `&participant=${person.id}` : ""}#errors`),
    );
  const wish = { id: own.appointment.id, reason, participantIds: person ? [person.id] : undefined };
  try {
    const request = { reason, person: person?.id ?? null };
    const idempotency = { key, route: "POST /manage/cancel", request };
    await cancelAppointment(page.deps, own.context, { ...wish, idempotency });
    return goTo(c, pathTo(page, `/manage?done=${person ? "person" : "cancelled"}`));
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
    return goTo(c, pathTo(page, "/manage"));
  }
}

/** `GET /manage/calendar.ics`: the appointment for a calendar; a cancelled one takes itself out of it. */
export async function downloadCalendar(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  return c.body(calendarOf(own.appointment, page.tenant), 200, {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": `attachment; filename="${own.appointment.reference}.ics"`,
  });
}

/** `POST /manage/leave`: forgets the appointment on this device. */
export async function leaveManage(c: WebContext): Promise<Response> {
  const page = c.get("page");
  clearManageToken(c, page);
  return goTo(c, pathTo(page, "/"));
}

/** Says how one gets to an appointment, to a browser that has no link to one. */
export function answerWithoutToken(c: WebContext): Response | Promise<Response> {
  const page = c.get("page");
  return c.html(
    findPage(page, {
      kind: "status",
      title: page.t("no_token_title"),
      body: page.t("no_token_text"),
    }),
    404,
  );
}

/** What a time is looked for that replaces that of one's appointment. */
export async function wishOf(
  page: Page,
  { appointment, context }: OwnAppointment,
): Promise<TimeWish> {
  const ids = [...new Set(appointment.legs.map((leg) => leg.service.id))];
  const services = await Promise.all(ids.map((id) => getService(page.deps, context, id)));
  const site = await getSite(page.deps, context, appointment.site.id);
  const partySize = appointment.participants.filter((person) => !person.cancelled_at).length;
  return { services, sites: [site], partySize, except: instantOf(appointment.starts_at) };
}

function moveTarget(page: Page): ChooserTarget {
  return {
    action: pathTo(page, "/manage/move"),
    hidden: {},
    href: (query) => pathTo(page, `/manage/move?${new URLSearchParams(query).toString()}`),
    hasManySites: false,
  };
}

function personOf({ appointment }: OwnAppointment, id: string | undefined) {
  const open = appointment.participants.filter((person) => !person.cancelled_at);
  return open.length > 1 ? open.find((person) => person.id === id) : undefined;
}

function doneNotice(page: Page, own: OwnAppointment, done: string | undefined): Notice | undefined {
  const noun = nounOf(own.appointment);
  switch (done) {
    case "moved":
      return { kind: "status", title: page.t("done_moved", { noun }) };
    case "cancelled":
      return { kind: "status", title: page.t("done_cancelled", { noun }) };
    case "accepted":
      return { kind: "status", title: page.t("booked_title", { noun }) };
    case "waits":
      return { kind: "status", title: page.t("done_waits") };
    case "confirmed":
      return { kind: "status", title: page.t("presence_done") };
    case "not-visited":
      return { kind: "status", title: page.t("rating_not_visited") };
    case "person":
      return { kind: "status", title: page.t("done_person") };
    default:
      return undefined;
  }
}
