/** Who waits for what: the list of waitlists, one of them, its settings, and taking somebody off. */
import { DomainError } from "../../../errors.ts";
import { isId } from "../../../http/text-schema.ts";
import { withdrawEntry } from "../../../waitlist/entries/withdraw-entry.ts";
import { getWaitlist } from "../../../waitlist/seen/get-waitlist.ts";
import { listWaitlists } from "../../../waitlist/seen/list-waitlists.ts";
import { putWaitlistSettings } from "../../../waitlist/settings/put-settings.ts";
import type { Notice } from "../../layout.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext, AdminPage } from "../admin-env.ts";
import { missing } from "../missing.ts";
import type { AdminMessageKey } from "../translate.ts";
import { waitlistsPage } from "./list-page.ts";
import { formOfSettings, readSettingsForm, settingsOfForm } from "./settings-form.ts";
import { waitlistOfServicePage } from "./show-page.ts";

/** `GET /admin/waitlist`. */
export async function showWaitlists(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  return c.html(waitlistsPage(page, await listWaitlists(page.deps, page.context)));
}

/** `GET /admin/waitlist/{service}`. */
export async function showWaitlist(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const after = afterOf(c.req.query("after"));
  const seen = await getWaitlist(page.deps, page.context, { serviceId: idOf(c, "service"), after });
  const form = formOfSettings(seen.summary);
  const notice = noticeOf(page, c.req.query("done"));
  return c.html(waitlistOfServicePage(page, seen, { form, errors: [], notice, after }));
}

/** `POST /admin/waitlist/{service}/settings`: what holds from now on, or the form with what is wrong. */
export async function changeSettings(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const service = idOf(c, "service");
  const form = readSettingsForm(await readFields(c));
  const read = settingsOfForm(page, form);
  if ("errors" in read) {
    const seen = await getWaitlist(page.deps, page.context, { serviceId: service, after: 0 });
    const shown = { form, errors: read.errors, notice: undefined, after: 0 };
    return c.html(waitlistOfServicePage(page, seen, shown), 422);
  }
  try {
    await putWaitlistSettings(page.deps, page.context, { service, ...read });
    return backTo(c, "saved");
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
    return backTo(c, "changed");
  }
}

/** `POST /admin/waitlist/{service}/entries/{id}/withdraw`: takes somebody off the list; an open offer goes on. */
export async function withdrawShown(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  try {
    await withdrawEntry(page.deps, page.context, idOf(c, "id"));
    return backTo(c, "withdrawn");
  } catch (error) {
    if (!(error instanceof DomainError) || error.problem.status !== 409) throw error;
    return backTo(c, "over");
  }
}

function backTo(c: AdminContext, done: string): Response {
  return c.redirect(
    pathTo(c.get("admin"), `/admin/waitlist/${idOf(c, "service")}?done=${done}`),
    303,
  );
}

const doneTexts: Readonly<Record<string, AdminMessageKey>> = {
  saved: "wait_done_saved",
  added: "wait_done_added",
  withdrawn: "wait_done_withdrawn",
};

const refusalTexts: Readonly<Record<string, AdminMessageKey>> = {
  changed: "wait_refused_changed",
  over: "wait_refused_over",
};

function noticeOf(page: AdminPage, done: string | undefined): Notice | undefined {
  const key = doneTexts[done ?? ""];
  if (key !== undefined) return { kind: "status", title: page.tell(key) };
  const refusal = refusalTexts[done ?? ""];
  return refusal && { kind: "alert", title: page.tell(refusal) };
}

/** More people than any list has. */
const positionMax = 10_000_000;

function afterOf(text: string | undefined): number {
  const after = Number(text ?? "0");
  return Number.isInteger(after) && after >= 0 && after <= positionMax ? after : 0;
}

function idOf(c: AdminContext, name: "service" | "id"): string {
  const id = c.req.param(name) ?? "";
  if (!isId(id)) throw missing();
  return id;
}
