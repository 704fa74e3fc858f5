/** Choosing another time for a visit that the administration cancelled, before others where that was promised. */
import { v4 as uuidv4 } from "uuid";
import { getRebooking, type RebookingView } from "../bulk/rebooking/get-rebooking.ts";
import { rebook } from "../bulk/rebooking/rebook.ts";
import { getSite } from "../catalog/sites/get-site.ts";
import { DomainError, notFound } from "../errors.ts";
import { readStart, readView } from "./choose-handlers.ts";
import { writeManageToken } from "./cookies.ts";
import { answerWithoutToken, wishOf } from "./manage-handlers.ts";
import { nounOf } from "./manage-page.ts";
import { findOwnAppointment, type OwnAppointment } from "./own-appointment.ts";
import { type Page, pathTo } from "./page.ts";
import { cancelledTime, rebookPage } from "./rebook-page.ts";
import { isAboutTheTime } from "./refusals.ts";
import type { ChooserTarget } from "./time-chooser.ts";
import { timesPage } from "./times-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /manage/rebook`: free times; with `start` the last look at the chosen one. */
export async function showRebook(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const rebooking = await findOpen(page, own);
  if (!rebooking) return goTo(c, pathTo(page, "/manage"));
  const start = readStart(c.req.query("start"));
  if (start) {
    const site = await getSite(page.deps, own.context, start.siteCode);
    const chosen = { site, startsAt: start.at, key: uuidv4() };
    return c.html(rebookPage(page, own.appointment, chosen));
  }
  // The cancelled time is a time like any other, should it be free again.
  const { except: _except, ...wish } = await wishOf(page, own);
  const frame = {
    title: page.t("move_title"),
    back: {
      href: pathTo(page, "/manage"),
      text: page.t("back_to_manage", { noun: nounOf(own.appointment) }),
    },
    summary: cancelledTime(page, own.appointment, rebooking),
  };
  const view = readView((name) => c.req.query(name));
  const hasPriority = rebooking.state === "open";
  const options = { frame, target: rebookTarget(page), view };
  return c.html(await timesPage(page, { ...wish, hasPriority }, options));
}

/** `POST /manage/rebook`: from the choice to the last look, and from there, with its key, to the new appointment. */
export async function rebookOwn(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const fields = await readFields(c);
  const value = fields.get("start") ?? undefined;
  const start = readStart(value);
  const key = fields.get("key");
  if (!start || !value) return goTo(c, pathTo(page, "/manage/rebook"));
  if (!key) {
    const query = new URLSearchParams({ start: value }).toString();
    return goTo(c, pathTo(page, `/manage/rebook?${query}`));
  }
  const idempotency = { key, route: "POST /manage/rebook", request: { start: value } };
  const wish = { id: own.appointment.id, startsAt: start.at, site: start.siteCode, idempotency };
  try {
    const { manageToken } = await rebook(page.deps, own.context, wish);
    writeManageToken(c, page, manageToken);
    return goTo(c, pathTo(page, "/manage"));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.problem.slug === "not-rebookable") return goTo(c, pathTo(page, "/manage"));
    if (!isAboutTheTime(error)) throw error;
    const query = new URLSearchParams({ refused: error.problem.slug, at: start.at.toISOString() });
    return goTo(c, pathTo(page, `/manage/rebook?${query.toString()}`));
  }
}

/** What there is to choose; undefined when nothing is, or a time was chosen. */
async function findOpen(
  page: Page,
  { context, appointment }: OwnAppointment,
): Promise<RebookingView | undefined> {
  try {
    const found = await getRebooking(page.deps, context, appointment.id);
    return found.state === "done" ? undefined : found;
  } catch (error) {
    if (error instanceof DomainError && error.problem === notFound) return undefined;
    throw error;
  }
}

function rebookTarget(page: Page): ChooserTarget {
  return {
    action: pathTo(page, "/manage/rebook"),
    hidden: {},
    href: (query) => pathTo(page, `/manage/rebook?${new URLSearchParams(query).toString()}`),
    hasManySites: false,
  };
}
