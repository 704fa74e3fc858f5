/** What citizens do on the waitlist: join, see their wish, answer an offer, wait no longer. All by POST. */
import { v4 as uuidv4 } from "uuid";
import { DomainError } from "../errors.ts";
import type { LocalDate } from "../time/local-date.ts";
import { getEntry } from "../waitlist/entries/get-entry.ts";
import { type JoinWaitlist, joinWaitlist } from "../waitlist/entries/join-waitlist.ts";
import { withdrawEntry } from "../waitlist/entries/withdraw-entry.ts";
import { acceptOffer } from "../waitlist/offers/accept-offer.ts";
import { declineOffer } from "../waitlist/offers/decline-offer.ts";
import type { EntryView } from "../waitlist/schema.ts";
import type { RequestContext } from "../context.ts";
import { canExchange, hasWaitlist } from "./can-exchange.ts";
import { readWaitlistToken, writeManageToken, writeWaitlistToken } from "./cookies.ts";
import { type FormSubject, judgeForm, readForm } from "./detail-form.ts";
import type { Notice } from "./layout.ts";
import { answerWithoutToken } from "./manage-handlers.ts";
import { type Choice, readChoice } from "./choose-handlers.ts";
import { findOwnAppointment } from "./own-appointment.ts";
import { type Page, pathTo } from "./page.ts";
import { notFoundPage, problemPage } from "./problem-page.ts";
import { today } from "./time-search.ts";
import { daysOf, faultsOf, noFaults, proposedDays, readDays } from "./waitlist-days.ts";
import { exchangePage, joinPage } from "./waitlist-join-page.ts";
import { waitlistPage } from "./waitlist-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /waitlist/join`: the form for a service, a site and a party. */
export async function showJoin(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const choice = await readChoice(page, (name) => c.req.query(name));
  const { service } = choice.offer;
  if (!(await hasWaitlist(page, [service.id]))) return c.html(notFoundPage(page), 404);
  const people = { subject: subjectOf(page, choice), values: {}, faults: [] };
  const days = proposedDays(page);
  return c.html(
    joinPage(page, { ...choice, days, people, faults: noFaults, key: uuidv4(), notice: undefined }),
  );
}

/** `POST /waitlist/join`: waits from now on, or shows the form again with what is wrong. */
export async function joinOwn(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const fields = await readFields(c);
  const choice = await readChoice(page, (name) => c.req.query(name));
  const subject = subjectOf(page, choice);
  const values = readForm(subject, fields);
  const { faults, data } = judgeForm(subject, values);
  const days = readDays(fields);
  const form = { ...choice, days, people: { subject, values, faults }, key: keyOf(fields) };
  const dayFaults = faultsOf(days);
  if (!data || dayFaults.hasBadDates || dayFaults.hasNoWeekday)
    return c.html(joinPage(page, { ...form, faults: dayFaults, notice: undefined }), 422);
  try {
    const what = {
      services: [choice.offer.service.id],
      partySize: choice.wish.partySize,
      language: page.language,
      people: {
        ...data,
        accompaniedBy: data.accompaniedBy === undefined ? undefined : { name: data.accompaniedBy },
      },
    };
    const sites = choice.siteCode ? [choice.siteCode] : undefined;
    return await join(c, page.context, { wish: { what, sites, ...daysOf(days) }, fields });
  } catch (error) {
    const notice = refusedNotice(page, error);
    return c.html(joinPage(page, { ...form, faults: noFaults, notice }), 409);
  }
}

/** `GET /waitlist/exchange`: the form of somebody who has an appointment and would come earlier. */
export async function showExchange(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const { appointment } = own;
  if (!(await canExchange(page, appointment))) return goTo(c, pathTo(page, "/manage"));
  const days = { ...proposedDays(page), to: appointment.date };
  const state = { days, faults: noFaults, key: uuidv4(), notice: undefined };
  return c.html(exchangePage(page, appointment, state));
}

/** `POST /waitlist/exchange`: waits for an earlier time from now on. */
export async function exchangeOwn(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const { appointment, context } = own;
  const fields = await readFields(c);
  const days = readDays(fields);
  const faults = faultsOf(days);
  const state = { days, key: keyOf(fields) };
  if (faults.hasBadDates || faults.hasNoWeekday)
    return c.html(exchangePage(page, appointment, { ...state, faults, notice: undefined }), 422);
  try {
    const what = { appointmentId: appointment.id };
    return await join(c, context, { wish: { what, ...daysOf(days) }, fields });
  } catch (error) {
    const notice = refusedNotice(page, error);
    return c.html(exchangePage(page, appointment, { ...state, faults: noFaults, notice }), 409);
  }
}

/** `GET /waitlist`: the wish whose token this browser has. */
export async function showWaitlist(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnEntry(c);
  if (!own) return answerWithoutEntry(c);
  const notice = doneNotice(page, c.req.query("done"));
  return c.html(waitlistPage(page, own.entry, { notice, link: `${page.origin}/w/${own.token}` }));
}

/** `POST /waitlist/accept`: takes the offered place and goes on to the appointment. */
export async function acceptOwn(c: WebContext): Promise<Response> {
  return answer(c, async (context, offerId) => {
    const page = c.get("page");
    const { manageToken } = await acceptOffer(page.deps, context, offerId);
    writeManageToken(c, page, manageToken);
    return "/manage?done=accepted";
  });
}

/** `POST /waitlist/decline`: leaves the offered place to the next. */
export async function declineOwn(c: WebContext): Promise<Response> {
  return answer(c, async (context, offerId) => {
    await declineOffer(c.get("page").deps, context, offerId);
    return "/waitlist?done=declined";
  });
}

/** `POST /waitlist/withdraw`: waits no longer. */
export async function withdrawOwn(c: WebContext): Promise<Response> {
  return answer(c, async (context, _offerId, entryId) => {
    await withdrawEntry(c.get("page").deps, context, entryId);
    return "/waitlist?done=withdrawn";
  });
}

async function answer(
  c: WebContext,
  act: (context: RequestContext, offerId: string, entryId: string) => Promise<string>,
): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnEntry(c);
  if (!own) return answerWithoutEntry(c);
  const offerId = (await readFields(c)).get("offer") ?? "";
  // A form of an older offer answers nothing: the page shows what there is now.
  const isCurrent = offerId === "" || offerId === own.entry.offer?.id;
  try {
    const path = isCurrent ? await act(own.context, offerId, own.entry.id) : "/waitlist?done=gone";
    return goTo(c, pathTo(page, path));
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status === 404) throw error;
    return goTo(c, pathTo(page, `/waitlist?done=${refusalOf(error)}`));
  }
}

function refusalOf({ problem }: DomainError): string {
  if (problem.slug === "offer-not-open") return "gone";
  return problem.slug === "limit-reached" ? "limit" : "refused";
}

interface OwnEntry {
  readonly entry: EntryView;
  readonly context: RequestContext;
  readonly token: string;
}

/** Finds the wish by the cookie; undefined without one, or when the token is of another administration. */
async function findOwnEntry(c: WebContext): Promise<OwnEntry | undefined> {
  const page = c.get("page");
  const token = readWaitlistToken(c);
  if (!token) return undefined;
  try {
    const actor = await c.get("web").authenticate(page.tenant, `Bearer ${token}`);
    if (actor.kind !== "waiting") return undefined;
    const context = { ...page.context, actor };
    return { token, context, entry: await getEntry(page.deps, context, actor.entryId) };
  } catch (error) {
    const status = error instanceof DomainError ? error.problem.status : undefined;
    if (status === 401 || status === 404) return undefined;
    throw error;
  }
}

function answerWithoutEntry(c: WebContext): Response | Promise<Response> {
  const page = c.get("page");
  const { t } = page;
  const next = { href: pathTo(page, "/"), text: t("to_start") };
  return c.html(
    problemPage(page, { title: t("waitlist_title"), text: t("waitlist_no_token"), next }),
    404,
  );
}

async function join(
  c: WebContext,
  context: RequestContext,
  given: {
    readonly wish: Omit<JoinWaitlist, "channel" | "hasPriority">;
    readonly fields: URLSearchParams;
  },
): Promise<Response> {
  const page = c.get("page");
  const key = keyOf(given.fields);
  const idempotency = { key, route: "POST /waitlist/join", request: given.wish };
  const { token } = await joinWaitlist(page.deps, context, {
    ...given.wish,
    channel: "web",
    hasPriority: false,
    idempotency,
  });
  writeWaitlistToken(c, page, token);
  return goTo(c, pathTo(page, "/waitlist?done=joined"));
}

/** Why somebody cannot wait, in his words; what is a fault of ours goes on. */
function refusedNotice(page: Page, error: unknown): Notice {
  if (!(error instanceof DomainError) || error.problem.status >= 429) throw error;
  const isKnown = error.problem.slug === "already-waiting";
  return {
    kind: "alert",
    title: page.t(isKnown ? "waitlist_already_title" : "refused_page_title"),
    body: page.t(isKnown ? "waitlist_already_text" : "refused_page_text"),
  };
}

function doneNotice({ t }: Page, done: string | undefined): Notice | undefined {
  switch (done) {
    case "joined":
      return { kind: "status", title: t("waitlist_joined") };
    case "declined":
      return { kind: "status", title: t("waitlist_declined") };
    case "withdrawn":
      return { kind: "status", title: t("waitlist_withdrawn") };
    case "gone":
      return { kind: "alert", title: t("waitlist_gone_title"), body: t("waitlist_gone_text") };
    case "limit":
      return { kind: "alert", title: t("limit_title"), body: t("limit_text") };
    case "refused":
      return { kind: "alert", title: t("refused_page_title"), body: t("waitlist_refused_text") };
    default:
      return undefined;
  }
}

function subjectOf(page: Page, { offer, wish }: Choice): FormSubject {
  const visitDate: LocalDate = today(page);
  const country = page.tenant.holidayCountry;
  return { service: offer.service, partySize: wish.partySize, visitDate, country };
}

/** Names the sent form; one without a name of its own is a form of nobody's. */
function keyOf(fields: URLSearchParams): string {
  const key = fields.get("key") ?? "";
  return /^[\x21-\x7E]{8,255}$/.test(key) ? key : uuidv4();
}
