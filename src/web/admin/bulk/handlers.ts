/** Operations over many appointments: list, form, preview, start, watch, stop, report. */
import { stream } from "hono/streaming";
import { v4 as uuidv4 } from "uuid";
import { type Control, changeState } from "../../../bulk/control/change-state.ts";
import { startOperation } from "../../../bulk/control/start-operation.ts";
import { freedCapacities, itemOutcomes } from "../../../bulk/operation.ts";
import { getPreview } from "../../../bulk/preview/get-preview.ts";
import { previewOperation } from "../../../bulk/preview/preview-operation.ts";
import { getOperation } from "../../../bulk/seen/get-operation.ts";
import { listItems } from "../../../bulk/seen/list-items.ts";
import { listOperations } from "../../../bulk/seen/list-operations.ts";
import { writeReport } from "../../../bulk/seen/write-report.ts";
import { DomainError } from "../../../errors.ts";
import { isId } from "../../../http/text-schema.ts";
import { createComposer } from "../../../reminders/writing/composer.ts";
import type { Notice } from "../../layout.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext, AdminPage } from "../admin-env.ts";
import { missing } from "../missing.ts";
import { loadPlaces } from "../places.ts";
import type { AdminMessageKey } from "../translate.ts";
import { operationsPage } from "./list-page.ts";
import { chooseKindPage, newOperationPage } from "./new-page.ts";
import { formQuery, operationOf, readOperationForm } from "./operation-form.ts";
import { previewPage } from "./preview-page.ts";
import { itemsPage, watchPage } from "./watch-page.ts";

/** `GET /admin/bulk`. */
export async function showOperations(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const cursor = c.req.query("cursor");
  return c.html(
    operationsPage(page, await listOperations(page.deps, page.context, { limit: 20, cursor })),
  );
}

/** `GET /admin/bulk/new`: the kinds of operation, or the form of one, with its faults after `check`. */
export async function showNewOperation(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const query = new URL(c.req.url).searchParams;
  const form = readOperationForm(query);
  if (!form) return c.html(chooseKindPage(page));
  const read = query.has("check") ? operationOf(page, form) : undefined;
  const errors = read && "errors" in read ? read.errors : [];
  const state = { places: await loadPlaces(page), errors, refusal: undefined };
  return c.html(newOperationPage(page, form, state));
}

/** Longer forms are shown at once, because addresses have a limit. */
const queryMax = 6_000;

/** `POST /admin/bulk`: freezes whom it concerns, or shows the form with what is wrong. */
export async function makeOperation(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const form = readOperationForm(await readFields(c));
  if (!form) return c.redirect(pathTo(page, "/admin/bulk/new"), 303);
  const read = operationOf(page, form);
  const places = await loadPlaces(page);
  if ("errors" in read) {
    const query = formQuery(form);
    if (query.length <= queryMax)
      return c.redirect(pathTo(page, `/admin/bulk/new?${query}&check=1`), 303);
    const state = { places, errors: read.errors, refusal: undefined };
    return c.html(newOperationPage(page, form, state), 422);
  }
  try {
    const { id } = await previewOperation(page.deps, page.context, read.wish);
    return c.redirect(pathTo(page, `/admin/bulk/${id}`), 303);
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status >= 429) throw error;
    const refusal = refusalWords(page, error);
    return c.html(newOperationPage(page, form, { places, errors: [], refusal }), 422);
  }
}

/** `GET /admin/bulk/{id}`: its preview before it is started, then how far it is; with `live` again every three seconds. */
export async function showOperation(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const found = await getOperation(page.deps, page.context, id);
  const notice = noticeOf(page, c.req.query("done"));
  if (found.operation.status === "previewed") {
    const preview = await getPreview(
      { ...page.deps, compose: composeOf(c, page) },
      page.context,
      id,
    );
    const places = await loadPlaces(page);
    return c.html(previewPage(page, preview, { places, notice, key: uuidv4() }));
  }
  const isLive = c.req.query("live") !== undefined && found.operation.status === "running";
  if (isLive) c.header("Refresh", "3");
  return c.html(watchPage(page, found, { notice, isLive }));
}

function composeOf(c: AdminContext, page: AdminPage) {
  const onFault = (_id: string, error: unknown): void =>
    c.get("web").onFault(error, page.context.requestId);
  return createComposer({ vault: page.deps.vault, publicUrl: page.origin, onFault });
}

/** `POST /admin/bulk/{id}/start`: with the number typed again. */
export async function startShown(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const sent = await readFields(c);
  const digest = sent.get("digest") ?? "";
  const count = Number((sent.get("count") ?? "").replaceAll(/[\s.’']/g, "") || "-1");
  const freedCapacity = freedCapacities.find((one) => one === sent.get("freed"));
  const key = sent.get("key") ?? "";
  const request = { id, digest, count, freed: freedCapacity ?? null };
  const idempotency =
    key.length < 8 || key.length > 255
      ? undefined
      : { key, route: "POST /admin/bulk/{id}/start", request };
  const wish = { id, digest, count, freedCapacity, waitlistMinutes: undefined, idempotency };
  const to = (query: string): Response =>
    c.redirect(pathTo(page, `/admin/bulk/${id}?${query}`), 303);
  try {
    await startOperation(page.deps, page.context, wish);
    return to("done=started&live=1");
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status >= 429) throw error;
    return to(`done=${error.problem.slug}`);
  }
}

/** `POST /admin/bulk/{id}/pause` and its like. */
export function controlShown(control: Control) {
  return async (c: AdminContext): Promise<Response> => {
    const page = c.get("admin");
    const id = idOf(c);
    const to = (query: string): Response =>
      c.redirect(pathTo(page, `/admin/bulk/${id}?${query}`), 303);
    try {
      await changeState(page.deps, page.context, { id, control });
      return to(control === "resume" ? "live=1" : `done=${control}`);
    } catch (error) {
      if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
      return to(`done=${error.problem.slug}`);
    }
  };
}

/** `GET /admin/bulk/{id}/items`. */
export async function showItems(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  const outcome = itemOutcomes.find((one) => one === c.req.query("outcome")) ?? "done";
  const wish = { id, outcome, cursor: c.req.query("cursor") };
  const found = await listItems(page.deps, page.context, wish);
  return c.html(itemsPage(page, { id, outcome, ...found }));
}

/** `GET /admin/bulk/{id}/report.csv`. */
export async function downloadReport(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const lines = await writeReport(page.deps, page.context, idOf(c));
  c.header("Content-Type", "text/csv; charset=utf-8");
  c.header("Content-Disposition", 'attachment; filename="report.csv"');
  return stream(c, async (out) => {
    for await (const piece of lines) {
      if (out.aborted) return;
      await out.write(piece);
    }
  });
}

function idOf(c: AdminContext): string {
  const id = c.req.param("id") ?? "";
  if (!isId(id)) throw missing();
  return id;
}

const doneTexts: Readonly<Record<string, AdminMessageKey>> = {
  started: "bulk_done_started",
  pause: "bulk_done_paused",
  abort: "bulk_done_aborted",
};

const refusalTexts: Readonly<Record<string, AdminMessageKey>> = {
  "not-as-previewed": "bulk_refused_count",
  "preview-expired": "bulk_refused_old",
  "wrong-operation-state": "bulk_refused_state",
  "cannot-close": "bulk_refused_close",
  "too-many-items": "bulk_refused_many",
};

function noticeOf(page: AdminPage, done: string | undefined): Notice | undefined {
  if (done === undefined) return undefined;
  const key = doneTexts[done];
  if (key !== undefined) return { kind: "status", title: page.tell(key) };
  return { kind: "alert", title: page.tell(refusalTexts[done] ?? "form_wrong") };
}

/** Why a preview was refused; what is wrong with a text is said as it was found, with its place. */
function refusalWords(page: AdminPage, { problem, message }: DomainError): string {
  if (problem.slug === "template-not-valid")
    return page.tell("bulk_refused_text", { why: message });
  return page.tell(refusalTexts[problem.slug] ?? "form_wrong");
}
