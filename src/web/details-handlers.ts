/** The data form: shown, kept, judged; and the button that extends the hold. */
import { DomainError } from "../errors.ts";
import { holdExtensionsUsed, holdNotOpen } from "../slots/errors.ts";
import { extendHold } from "../slots/holds/extend-hold.ts";
import { writeDraft } from "./cookies.ts";
import { type FormFault, judgeForm, questionsThatApply, readForm } from "./detail-form.ts";
import { detailsPage } from "./details-page.ts";
import type { Draft } from "./draft.ts";
import { formatTime } from "./format-time.ts";
import { expiryOf, type OpenBooking } from "./hold-panel.ts";
import { type HoldState, holdOver, otherWindow, readHoldState, subjectOf } from "./hold-state.ts";
import type { Notice } from "./layout.ts";
import { type Page, pathTo, timeStyle } from "./page.ts";
import { problemPage } from "./problem-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /details`: the form as far as it is filled in; with `check` its faults are shown. */
export async function showDetails(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const state = await readHoldState(c);
  if (state.kind !== "held") return answerWithoutHold(c, state);
  const { booking } = state;
  const subject = subjectOf(page, booking);
  const values = booking.draft.form;
  const faults = c.req.query("check") === undefined ? [] : judgeForm(subject, values).faults;
  const refused = refusedFaults(c.req.query("refused"));
  return c.html(
    detailsPage(page, booking, {
      state: { subject, values, faults: [...faults, ...refused] },
      notice: detailsNotice(c, page, booking),
    }),
  );
}

/** `POST /details`: keeps what was typed, then goes on, or back to the form when something is missing or wrong. */
export async function saveDetails(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const saved = await saveForm(c);
  if (saved instanceof Response) return saved;
  const { booking, seen } = saved;
  const subject = subjectOf(page, booking);
  const values = booking.draft.form;
  const isNew = questionsThatApply(subject, values).some(({ name }) => !seen.has(name));
  const { faults } = judgeForm(subject, values);
  if (isNew && faults.every((fault) => !seen.has(fault.name) && fault.reason === "answer")) {
    return goTo(c, pathTo(page, "/details?more=1#notice"));
  }
  if (faults.length > 0) return goTo(c, pathTo(page, "/details?check=1#errors"));
  return goTo(c, pathTo(page, "/summary"));
}

/** `POST /hold/extend`: starts the hold's time anew, from the form or the summary, and comes back to it. */
export async function extendTime(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const saved = await saveForm(c);
  if (saved instanceof Response) return saved;
  const back = saved.back === "summary" ? "/summary" : "/details";
  try {
    const hold = await extendHold(page.deps, page.context, saved.booking.draft.hold_id);
    writeDraft(c, page, { ...saved.booking.draft, expires_at: hold.expires_at });
    return goTo(c, pathTo(page, `${back}?extended=1#hold`));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.problem.slug === holdExtensionsUsed.slug)
      return goTo(c, pathTo(page, `${back}?extended=no#notice`));
    if (error.problem.slug !== holdNotOpen.slug) throw error;
    return goTo(c, pathTo(page, back));
  }
}

/** What stands above the form or the summary after the hold was extended, or before further questions. */
export function detailsNotice(c: WebContext, page: Page, booking: OpenBooking): Notice | undefined {
  const time = formatTime(expiryOf(booking), timeStyle(page, booking.site.time_zone));
  if (c.req.query("extended") === "1")
    return { kind: "status", title: page.t("hold_extended", { time }) };
  if (c.req.query("extended") === "no")
    return { kind: "alert", title: page.t("hold_not_extended", { time }) };
  if (c.req.query("more") !== undefined) return { kind: "status", title: page.t("more_questions") };
  if (c.req.query("limit") !== undefined)
    return { kind: "alert", title: page.t("limit_title"), body: page.t("limit_text") };
  return undefined;
}

/** Answers a step that needs a held time when there is none. */
export function answerWithoutHold(
  c: WebContext,
  state: Exclude<HoldState, { kind: "held" }>,
): Response | Promise<Response> {
  const page = c.get("page");
  switch (state.kind) {
    case "none":
      return goTo(c, pathTo(page, "/"));
    case "booked":
      return goTo(c, pathTo(page, "/booked"));
    case "over":
      return c.html(problemPage(page, holdOver(page, state.booking)), 409);
  }
}

interface SavedForm {
  readonly booking: OpenBooking;
  /** Questions that the sent form showed. */
  readonly seen: ReadonlySet<string>;
  readonly back: string | null;
}

async function saveForm(c: WebContext): Promise<SavedForm | Response> {
  const page = c.get("page");
  const fields = await readFields(c);
  const state = await readHoldState(c);
  if (state.kind !== "held" && state.kind !== "over") return answerWithoutHold(c, state);
  const { draft } = state.booking;
  if (fields.get("hold") !== draft.hold_id)
    return c.html(problemPage(page, otherWindow(page)), 409);
  const back = fields.get("back");
  const typed =
    back === "summary"
      ? draft.form
      : { ...draft.form, ...readForm(subjectOf(page, state.booking), fields) };
  const kept: Draft = { ...draft, form: typed };
  if (!writeDraft(c, page, kept)) return c.html(problemPage(page, tooMuchText(page)), 413);
  // The typed data are kept also when the time is lost meanwhile.
  if (state.kind === "over") return answerWithoutHold(c, state);
  const seen = new Set(fields.getAll("seen"));
  return { booking: { ...state.booking, draft: kept }, seen, back };
}

function tooMuchText(page: Page) {
  return {
    title: page.t("too_much_title"),
    text: page.t("too_much_text"),
    next: { href: pathTo(page, "/details"), text: page.t("back_to_details") },
  };
}

/** Fields that the booking refused although they looked right, named in the address by the confirmation. */
function refusedFaults(names: string | undefined): FormFault[] {
  return (names?.split(",") ?? [])
    .filter((name) => /^[a-z0-9_-]{1,80}$/.test(name))
    .map((name) => ({ name, reason: "refused" as const }));
}
