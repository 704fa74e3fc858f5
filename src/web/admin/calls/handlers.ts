/** The operators' desk for calls: the list, taking one, what came of it. */
import { DomainError } from "../../../errors.ts";
import { isId } from "../../../http/text-schema.ts";
import { taskNotYours } from "../../../reminders/errors.ts";
import { leaseNextPhoneTask, leasePhoneTask } from "../../../reminders/phone/lease-phone-task.ts";
import { listPhoneTasks } from "../../../reminders/phone/list-phone-tasks.ts";
import { countPhoneTasks, peekPhoneTask } from "../../../reminders/phone/look-at-calls.ts";
import { settlePhoneTask } from "../../../reminders/phone/settle-phone-task.ts";
import { listOfferCalls } from "../../../waitlist/calls/list-calls.ts";
import { settleOfferCall } from "../../../waitlist/calls/settle-call.ts";
import { takeCall, takeNextCall } from "../../../waitlist/calls/take-call.ts";
import type { Notice } from "../../layout.ts";
import type { Html } from "../../markup.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext, AdminPage } from "../admin-env.ts";
import { missing } from "../missing.ts";
import type { AdminMessageKey } from "../translate.ts";
import { type CallForm, type CallResult, emptyForm, readCallForm, resultOf } from "./call-form.ts";
import { callPage, type CallShown } from "./call-page.ts";
import { callsPage } from "./list-page.ts";
import { type CallView, loadOfferCall, loadTaskCall } from "./load-call.ts";
import { settleOffer, settleTaskCall } from "./settle-call.ts";

const listedMax = 20;
const offersListedMax = 50;

const doneTexts: Readonly<Record<string, AdminMessageKey>> = {
  noted: "calls_done",
  returned: "calls_returned",
  none: "calls_nothing_free",
};

/** `GET /admin/calls`. */
export async function showCallList(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const { deps, context } = page;
  const operation = operationIn(c.req.query("operation"));
  const ofOperation = operation === "" ? {} : { operation_id: operation };
  const request = { state: "to_do", limit: listedMax, ...ofOperation } as const;
  const { items: tasks } = await listPhoneTasks(deps, context, request);
  const counts = await countPhoneTasks(deps, context);
  const offers =
    operation === "" ? await listOfferCalls(deps, context, { limit: offersListedMax }) : [];
  const key = doneTexts[c.req.query("done") ?? ""];
  const notice: Notice | undefined = key
    ? { kind: "status", title: page.tell(key) }
    : c.req.query("refused") === undefined
      ? undefined
      : { kind: "alert", title: page.tell("calls_gone") };
  return c.html(callsPage(page, { operation, counts, tasks, offers, notice }));
}

/** `POST /admin/calls/next`: takes the first call that nobody has, whatever it is about. */
export async function takeNext(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const operation = operationIn((await readFields(c)).get("operation") ?? undefined);
  const path = await leaseNext(page, operation);
  return backTo(page, path ?? "/admin/calls", { operation, ...(path ? {} : { done: "none" }) });
}

/**
 * Urgent calls, then whatever must be done first: a call before the visit, one about an offer before it lapses. Two who
 * ask at once get two calls, perhaps in another order.
 */
async function leaseNext(page: AdminPage, operation: string): Promise<string | undefined> {
  const { deps, context } = page;
  const operationId = operation === "" ? undefined : operation;
  const task = await peekPhoneTask(deps, context, { operationId });
  const offers = operationId ? [] : await listOfferCalls(deps, context, { limit: offersListedMax });
  const offer = offers.find((one) => one.is_free);
  const isOfferFirst =
    offer && !(task && (task.is_urgent || task.visit_at.getTime() <= offer.answer_by.getTime()));
  if (isOfferFirst) {
    const taken = await takeNextCall(deps, context);
    if (taken) return `/admin/calls/offer/${taken.offer.id}`;
  }
  const leased = await leaseNextPhoneTask(deps, context, { operationId });
  if (leased) return `/admin/calls/task/${leased.task.id}`;
  const taken = operationId ? undefined : await takeNextCall(deps, context);
  return taken && `/admin/calls/offer/${taken.offer.id}`;
}

/** `POST /admin/calls/task/{id}/take`: takes this call, or keeps it longer. */
export async function takeTask(c: AdminContext): Promise<Response> {
  return act(c, "task", async ({ deps, context }, id) => {
    await leasePhoneTask(deps, context, id);
    return undefined;
  });
}

/** `POST /admin/calls/offer/{id}/take`. */
export async function takeOffer(c: AdminContext): Promise<Response> {
  return act(c, "offer", async ({ deps, context }, id) => {
    await takeCall(deps, context, id);
    return undefined;
  });
}

/** `POST /admin/calls/task/{id}/return`: somebody else may make it. */
export async function returnTask(c: AdminContext): Promise<Response> {
  return act(c, "task", async ({ deps, context }, id) => {
    await settlePhoneTask(deps, context, { id, outcome: undefined });
    return "returned";
  });
}

/** `POST /admin/calls/offer/{id}/return`. */
export async function returnOffer(c: AdminContext): Promise<Response> {
  return act(c, "offer", async ({ deps, context }, id) => {
    await settleOfferCall(deps, context, { id, outcome: undefined });
    return "returned";
  });
}

/** `GET /admin/calls/task/{id}`: for the operator who has it; takes nothing. */
export async function showTaskCall(c: AdminContext): Promise<Response> {
  return showCall(c, async (page, view) => (await loadTaskCall(page, idOf(c), view)).shown);
}

/** `GET /admin/calls/offer/{id}`. */
export async function showOfferCall(c: AdminContext): Promise<Response> {
  return showCall(c, async (page, view) => (await loadOfferCall(page, idOf(c), view)).shown);
}

async function showCall(
  c: AdminContext,
  load: (page: AdminPage, view: CallView) => Promise<CallShown>,
): Promise<Response> {
  const page = c.get("admin");
  const view = viewOf((name) => c.req.query(name));
  try {
    const shown = await load(page, view);
    return await c.html(callPage(page, shown, { form: emptyForm, errors: [], notice: undefined }));
  } catch (error) {
    if (!isGone(error)) throw error;
    return backTo(page, "/admin/calls", { operation: view.operation, refused: "1" });
  }
}

/** `POST /admin/calls/task/{id}`. */
export async function settleTask(c: AdminContext): Promise<Response> {
  return settle(c, async (page, view) => {
    const call = await loadTaskCall(page, idOf(c), view);
    const { shown, now } = call;
    return { shown, now, finish: (result) => settleTaskCall(page, call, result) };
  });
}

/** `POST /admin/calls/offer/{id}`. */
export async function settleOfferOutcome(c: AdminContext): Promise<Response> {
  return settle(c, async (page, view) => {
    const call = await loadOfferCall(page, idOf(c), view);
    const { shown, now } = call;
    return { shown, now, finish: (result) => settleOffer(page, call, result) };
  });
}

/** A call that can be settled. */
interface Settling {
  readonly shown: CallShown;
  readonly now: number;
  readonly finish: (result: CallResult) => Promise<void>;
}

/** What is typed in is about a person, so it is shown again at once and never put into an address. */
async function settle(
  c: AdminContext,
  load: (page: AdminPage, view: CallView) => Promise<Settling>,
): Promise<Response> {
  const page = c.get("admin");
  const fields = await readFields(c);
  const view = viewOf((name) => fields.get(name) ?? undefined);
  const form = readCallForm(fields);
  try {
    const { shown, now, finish } = await load(page, view);
    const { allowed, zone } = shown;
    const starts = shown.starts.map((start) => start.starts_at);
    const read = resultOf(page, form, { allowed, starts, zone, now });
    if ("errors" in read)
      return await c.html(
        callPage(page, shown, { form, errors: read.errors, notice: undefined }),
        422,
      );
    const refusal = await refusalOf(() => finish(read.result));
    if (refusal) {
      const refused = await refusedPage(page, { load, view, form });
      return c.html(refused, 409);
    }
    return backTo(page, "/admin/calls", { operation: view.operation, done: "noted" });
  } catch (error) {
    if (!isGone(error)) throw error;
    return backTo(page, "/admin/calls", { operation: view.operation, refused: "1" });
  }
}

/** What could not be done because something has changed; undefined when it is done. */
async function refusalOf(finish: () => Promise<void>): Promise<DomainError | undefined> {
  try {
    await finish();
    return undefined;
  } catch (error) {
    if (isGone(error) || !(error instanceof DomainError)) throw error;
    if (![409, 422].includes(error.problem.status)) throw error;
    return error;
  }
}

async function refusedPage(
  page: AdminPage,
  given: {
    readonly load: (page: AdminPage, view: CallView) => Promise<Settling>;
    readonly view: CallView;
    readonly form: CallForm;
  },
): Promise<Html> {
  const { shown } = await given.load(page, given.view);
  const notice = { kind: "alert", title: page.tell("calls_refused") } as const;
  return callPage(page, shown, { form: given.form, errors: [], notice });
}

/** Does something with a call and shows it, or the list with what was done. */
async function act(
  c: AdminContext,
  kind: "task" | "offer",
  what: (page: AdminPage, id: string) => Promise<string | undefined>,
): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const operation = operationIn((await readFields(c)).get("operation") ?? undefined);
  try {
    const done = await what(page, id);
    if (done !== undefined) return backTo(page, "/admin/calls", { operation, done });
    return backTo(page, `/admin/calls/${kind}/${id}`, { operation });
  } catch (error) {
    if (!isGone(error)) throw error;
    return backTo(page, "/admin/calls", { operation, refused: "1" });
  }
}

function isGone(error: unknown): boolean {
  return error instanceof DomainError && error.problem === taskNotYours;
}

function backTo(page: AdminPage, path: string, query: Readonly<Record<string, string>>): Response {
  const stated = Object.entries(query).filter(([, value]) => value !== "");
  const search = new URLSearchParams(stated).toString();
  const location = pathTo(page, search === "" ? path : `${path}?${search}`);
  return new Response(null, { status: 303, headers: { location } });
}

function viewOf(value: (name: string) => string | undefined): CallView {
  return { operation: operationIn(value("operation")), from: (value("from") ?? "").slice(0, 10) };
}

/** The operation that the list is narrowed to; empty for what names none. */
function operationIn(value: string | undefined): string {
  return value !== undefined && isId(value) ? value : "";
}

function idOf(c: AdminContext): string {
  const id = c.req.param("id") ?? "";
  if (!isId(id)) throw missing();
  return id;
}
