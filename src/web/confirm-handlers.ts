/** The summary, the confirmation and what follows it. */
import type { BookAppointment } from "../appointments/book-appointment.ts";
import { DomainError } from "../errors.ts";
import { readDraft, readManageToken, writeDraft, writeManageToken } from "./cookies.ts";
import { type BookingData, judgeForm } from "./detail-form.ts";
import { answerWithoutHold, detailsNotice } from "./details-handlers.ts";
import { bookedPage } from "./booked-page.ts";
import type { OpenBooking } from "./hold-panel.ts";
import { holdOver, otherWindow, readHoldState, subjectOf } from "./hold-state.ts";
import { findOwnAppointment, manageLink } from "./own-appointment.ts";
import { pathTo } from "./page.ts";
import { problemPage } from "./problem-page.ts";
import { summaryPage } from "./summary-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /summary`: everything once more; back to the form when it does not fit. */
export async function showSummary(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const state = await readHoldState(c);
  if (state.kind !== "held") return answerWithoutHold(c, state);
  const { booking } = state;
  const subject = subjectOf(page, booking);
  const values = booking.draft.form;
  const { answers } = judgeForm(subject, values);
  if (!answers) return goTo(c, pathTo(page, "/details?check=1#errors"));
  const notice = detailsNotice(c, page, booking);
  return c.html(summaryPage(page, booking, { state: { subject, values, answers }, notice }));
}

/** `POST /confirm`: books once per key, however often the button is pressed. */
export async function confirmBooking(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const fields = await readFields(c);
  const state = await readHoldState(c);
  if (state.kind !== "held" && state.kind !== "over") return answerWithoutHold(c, state);
  const { booking } = state;
  const { draft } = booking;
  if (fields.get("hold") !== draft.hold_id)
    return c.html(problemPage(page, otherWindow(page)), 409);
  const { data } = judgeForm(subjectOf(page, booking), draft.form);
  if (!data) return goTo(c, pathTo(page, "/details?check=1#errors"));
  const input = inputOf(c, booking, data);
  try {
    const idempotency = { key: draft.key, route: "POST /confirm", request: input };
    const { manageToken } = await page.deps.book({
      context: page.context,
      wish: {
        ...input,
        idempotency,
      },
    });
    writeManageToken(c, page, manageToken);
    // What was typed is forgotten; what remains only tells a second click that the appointment exists.
    writeDraft(c, page, { ...draft, is_booked: true, form: {} });
    return goTo(c, pathTo(page, "/booked"));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return answerRefusal(c, booking, error);
  }
}

/** `GET /booked`: the confirmation, also after reloading it. */
export async function showBooked(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const token = readManageToken(c);
  const own = await findOwnAppointment(c);
  if (!own || !token || !readDraft(c, page)?.is_booked)
    return goTo(c, pathTo(page, own ? "/manage" : "/find"));
  return c.html(bookedPage(page, own.appointment, manageLink(page, token)));
}

function inputOf(c: WebContext, { draft }: OpenBooking, data: BookingData): BookAppointment {
  return {
    time: { holdId: draft.hold_id },
    booker: data.booker,
    participants: data.participants,
    answers: data.answers,
    ...(data.accompaniedBy ? { accompaniedBy: { name: data.accompaniedBy } } : {}),
    ...(draft.invitation ? { invitationCode: draft.invitation } : {}),
    language: c.get("page").language,
  };
}

/** Shows why the booking was refused, at the field if one is at fault. */
function answerRefusal(
  c: WebContext,
  booking: OpenBooking,
  error: DomainError,
): Response | Promise<Response> {
  const page = c.get("page");
  switch (error.problem.slug) {
    case "hold-not-open":
      return c.html(problemPage(page, holdOver(page, booking)), 409);
    case "limit-reached":
      return goTo(c, pathTo(page, "/details?limit=1#notice"));
    case "not-eligible":
      return goTo(
        c,
        pathTo(page, `/details?refused=a-${booking.service.eligibility_field ?? ""}#errors`),
      );
    case "invalid-request":
      return goTo(c, pathTo(page, `/details?check=1&refused=${namesOf(error).join(",")}#errors`));
    default:
      throw error;
  }
}

/** The form's controls for the fields that a refusal names. */
function namesOf(error: DomainError): string[] {
  const { errors } = error.facts;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((fault: unknown) => {
    const path =
      typeof fault === "object" && fault !== null && "path" in fault ? String(fault.path) : "";
    return controlNames.get(path) ?? controlOfAnswer(path);
  });
}

const controlNames = new Map([
  ["booker.name", ["booker_name"]],
  ["booker.email", ["email"]],
  ["booker.phone", ["phone"]],
  ["accompanied_by.name", ["accompanied_by"]],
]);

function controlOfAnswer(path: string): string[] {
  const [scope, second, third, fourth] = path.split(".");
  if (scope === "answers" && second) return [`a-${second}`];
  if (scope !== "participants") return [];
  if (third === "answers" && fourth) return [`p${Number(second) + 1}-a-${fourth}`];
  return [`p${Number(second) + 1}-name`];
}
