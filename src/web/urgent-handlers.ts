/** Choosing what to do instead, for people whose place was closed at once. */
import { v4 as uuidv4 } from "uuid";
import { findOwnClosure } from "../bulk/today/own-closure.ts";
import { chooseAfterClosure, type UrgentChoice } from "../bulk/today/urgent-choice.ts";
import { DomainError } from "../errors.ts";
import { instant } from "../http/time-schema.ts";
import { answerWithoutToken } from "./manage-handlers.ts";
import { findOwnAppointment } from "./own-appointment.ts";
import { pathTo } from "./page.ts";
import { urgentPage } from "./urgent-page.ts";
import { goTo, readFields, type WebContext } from "./web-env.ts";

/** `GET /manage/urgent`: what can be chosen; changes nothing, because mail scanners follow links. */
export async function showUrgent(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const closure = await findOwnClosure(page.deps, own.context, own.appointment.id);
  if (!closure) return goTo(c, pathTo(page, "/manage"));
  const form = {
    key: uuidv4(),
    isRefused: c.req.query("refused") !== undefined,
    isMissing: c.req.query("check") !== undefined,
  };
  return c.html(urgentPage(page, own.appointment, { own: closure, form }));
}

/** `POST /manage/urgent`: does what was chosen, or comes back when it is gone. */
export async function chooseUrgent(c: WebContext): Promise<Response> {
  const page = c.get("page");
  const own = await findOwnAppointment(c);
  if (!own) return answerWithoutToken(c);
  const fields = await readFields(c);
  const wanted = readChoice(fields);
  const key = fields.get("key");
  if (!wanted || !key) return goTo(c, pathTo(page, "/manage/urgent?check=1#errors"));
  const request = { choice: wanted.choice, start: fields.get("start") };
  try {
    await chooseAfterClosure(page.deps, own.context, {
      id: own.appointment.id,
      wanted,
      idempotency: { key, route: "POST /manage/urgent", request },
    });
    const done = wanted.choice === "wait" ? "waits" : "moved";
    return goTo(c, pathTo(page, `/manage?done=${done}`));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.problem.status !== 409 && error.problem.status !== 422) throw error;
    return goTo(c, pathTo(page, "/manage/urgent?refused=1"));
  }
}

function readChoice(fields: URLSearchParams): UrgentChoice | undefined {
  if (fields.get("choice") === "wait") return { choice: "wait" };
  if (fields.get("choice") !== "later_today") return undefined;
  const start = instant.safeParse(fields.get("start"));
  return start.success ? { choice: "later_today", startsAt: start.data } : undefined;
}
