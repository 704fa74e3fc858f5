/** Closing something at once, with a phone in one's hand. */
import { getUrgentClosure } from "../../../bulk/today/get-urgent-closure.ts";
import { liftUrgentClosure } from "../../../bulk/today/lift-urgent-closure.ts";
import { listUrgentClosures } from "../../../bulk/today/list-urgent-closures.ts";
import { noticeTexts } from "../../../bulk/today/notice-texts.ts";
import { previewUrgentClosure } from "../../../bulk/today/preview-urgent-closure.ts";
import { startUrgentClosure } from "../../../bulk/today/start-urgent-closure.ts";
import { planOf, type UrgentRow } from "../../../bulk/today/urgent-closure.ts";
import { DomainError } from "../../../errors.ts";
import { isId } from "../../../http/text-schema.ts";
import { renderNotice } from "../../../messages/content/notice.ts";
import { listPhoneTasks } from "../../../reminders/phone/list-phone-tasks.ts";
import type { FieldError, Notice } from "../../layout.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext, AdminPage } from "../admin-env.ts";
import { missing } from "../missing.ts";
import { loadPlaces } from "../places.ts";
import type { AdminMessageKey } from "../translate.ts";
import { callsPage } from "./calls-page.ts";
import { closeFormQuery, closingOf, readCloseForm } from "./close-form.ts";
import { closurePage } from "./closure-page.ts";
import { loadServed, type Served } from "./served.ts";
import { todayPage } from "./today-page.ts";

const callsMax = 200;

/** `GET /admin/today`: what is closed now and the form, with its faults after `check`. */
export async function showToday(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const query = new URL(c.req.url).searchParams;
  const places = await loadPlaces(page);
  const found = await listUrgentClosures(page.deps, page.context, { isRunning: true, limit: 50 });
  const form = readCloseForm(query);
  const served = await loadServed(page, places);
  const state = { running: found.items, places, served, form, notice: undefined };
  const read = query.has("check") ? closingOf(page, places, form) : undefined;
  const errors: FieldError[] = read && "errors" in read ? [...read.errors] : [];
  const refused = query.get("refused");
  if (refused !== null) errors.push(refusalOf(page, refused));
  return c.html(todayPage(page, { ...state, errors }));
}

function refusalOf(page: AdminPage, slug: string): FieldError {
  switch (slug) {
    case "invalid-request":
      return { field: "until", text: page.tell("until_over") };
    case "template-not-valid":
      return { field: "text", text: page.tell("text_braces") };
    default:
      return { field: "where", text: page.tell("today_too_large") };
  }
}

/** `POST /admin/today`: computes whom it hits, and leads there or back to the form. */
export async function previewClosing(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const form = readCloseForm(await readFields(c));
  const back = (more: Readonly<Record<string, string>>): Response =>
    c.redirect(pathTo(page, `/admin/today?${closeFormQuery(form, more)}#errors`), 303);
  const read = closingOf(page, await loadPlaces(page), form);
  if ("errors" in read) return back({ check: "1" });
  try {
    // The page shows the text itself; nobody's message is written for it.
    const deps = { ...page.deps, compose: async () => new Map() };
    const { closure } = await previewUrgentClosure(deps, page.context, read.wish);
    return c.redirect(pathTo(page, `/admin/today/${closure.id}`), 303);
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status >= 500) throw error;
    return back({ refused: error.problem.slug });
  }
}

const doneTexts: Readonly<Record<string, AdminMessageKey>> = {
  started: "today_done",
  lifted: "today_lifted",
};

/** `GET /admin/today/{id}`. */
export async function showClosing(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const view = await getUrgentClosure(page.deps, page.context, idOf(c));
  const notice = noticeOf(page, c.req.query("done"), c.req.query("refused"));
  const places = await loadPlaces(page);
  const names = { places, served: await loadServed(page, places) };
  const text = textOf(page, view.closure, names.served);
  return c.html(closurePage(page, view, { names, notice, text }));
}

/** What people who have to choose read in an e-mail, in the language of the page. */
function textOf(page: AdminPage, closure: UrgentRow, served: readonly Served[]): string {
  const source = noticeTexts(planOf(closure), "choose", page.tenant)[page.language] ?? "";
  const { service_id: serviceId, site_id: siteId } = closure;
  const service = served.find((one) => one.serviceId === serviceId && one.siteId === siteId)?.name;
  const nothingElse = { administration: "", title: "", noun: "", is_booking: false };
  return renderNotice(source, { ...nothingElse, service }, "email");
}

function noticeOf(
  page: AdminPage,
  done: string | undefined,
  refused: string | undefined,
): Notice | undefined {
  if (refused !== undefined) return { kind: "alert", title: page.tell("today_not_started") };
  const key = doneTexts[done ?? ""];
  return key && { kind: "status", title: page.tell(key) };
}

/** `POST /admin/today/{id}/start`. */
export async function startClosing(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const fields = await readFields(c);
  const typed = fields.get("count");
  const count = typed !== null && /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : undefined;
  const to = (query: string): Response =>
    c.redirect(pathTo(page, `/admin/today/${id}?${query}`), 303);
  try {
    const digest = fields.get("digest") ?? "";
    await startUrgentClosure(page.deps, page.context, { id, digest, count });
    return to("done=started");
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
    return to("refused=1");
  }
}

/** `POST /admin/today/{id}/lift`. */
export async function liftClosing(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  await liftUrgentClosure(page.deps, page.context, id);
  return c.redirect(pathTo(page, `/admin/today/${id}?done=lifted`), 303);
}

/** `GET /admin/today/{id}/calls`: the phone list of a closure, at most 200 calls of each notice. */
export async function showCalls(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const { closure } = await getUrgentClosure(page.deps, page.context, id);
  const tasks = [];
  for (const operationId of closure.operation_ids) {
    const request = { state: "to_do", operation_id: operationId, limit: callsMax } as const;
    tasks.push(...(await listPhoneTasks(page.deps, page.context, request)).items);
  }
  return c.html(callsPage(page, { id, tasks, timeZone: closure.time_zone }));
}

function idOf(c: AdminContext): string {
  const id = c.req.param("id") ?? "";
  if (!isId(id)) throw missing();
  return id;
}
