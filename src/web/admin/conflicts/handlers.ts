/** Deciding about appointments in conflict, one by one. */
import { cancelAppointment } from "../../../appointments/cancel-appointment.ts";
import { callAboutConflict } from "../../../appointments/conflicts/call-about-conflict.ts";
import { keepAppointment } from "../../../appointments/conflicts/keep-appointment.ts";
import { listConflicts } from "../../../appointments/conflicts/list-conflicts.ts";
import { getAppointment } from "../../../appointments/get-appointment.ts";
import { rescheduleAppointment } from "../../../appointments/reschedule-appointment.ts";
import type { AppointmentView } from "../../../appointments/schema.ts";
import { DomainError } from "../../../errors.ts";
import { isId, plainText } from "../../../http/text-schema.ts";
import type { NextStart } from "../../../slots/availability/availability.ts";
import { findNextStarts } from "../../../slots/availability/find-next-starts.ts";
import { dateFromEpochMs } from "../../../time/clock.ts";
import type { FieldError } from "../../layout.ts";
import { pathTo } from "../../page.ts";
import { readFields } from "../../web-env.ts";
import type { AdminContext, AdminPage } from "../admin-env.ts";
import { missing } from "../missing.ts";
import type { AdminMessageKey } from "../translate.ts";
import { decidedPage, decidePage, officeReasons } from "./decide-page.ts";
import { conflictsPage } from "./list-page.ts";

const startsMax = 8;
const reasonText = plainText({ max: 300 });

const doneTexts: Readonly<Record<string, AdminMessageKey>> = {
  kept: "done_kept",
  moved: "done_moved",
  called: "done_called",
  cancelled: "done_cancelled",
};

/** `GET /admin/conflicts`. */
export async function showConflicts(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const request = { limit: 20, cursor: c.req.query("cursor") };
  const found = await listConflicts(page.deps, page.context, request);
  const key = doneTexts[c.req.query("done") ?? ""];
  const notice = key && ({ kind: "status", title: page.tell(key) } as const);
  return c.html(conflictsPage(page, { items: found.items, nextCursor: found.next_cursor, notice }));
}

/** `GET /admin/conflicts/{id}`: the appointment, and what can be done. */
export async function showConflict(c: AdminContext): Promise<Response> {
  const page = c.get("admin");
  const appointment = await getAppointment(page.deps, page.context, idOf(c));
  if (appointment.support !== "conflict") return c.html(decidedPage(page));
  const field = faults[c.req.query("check") ?? ""];
  const refused = c.req.query("refused") !== undefined;
  const state = {
    starts: await startsFor(page, appointment),
    errors: field ? [faultOf(page, field)] : [],
    refusal: refused ? page.tell("decision_refused") : undefined,
  };
  return c.html(decidePage(page, appointment, state));
}

/** `POST /admin/conflicts/{id}/keep`. */
export async function keepConflict(c: AdminContext): Promise<Response> {
  const fields = await readFields(c);
  const reason = reasonText.safeParse(fields.get("keep_reason"));
  if (!reason.success) return backTo(c, "check=keep");
  return decide(c, "kept", async ({ deps, context }, id) => {
    await keepAppointment(deps, context, { id, reason: reason.data });
  });
}

/** `POST /admin/conflicts/{id}/move`. */
export async function moveConflict(c: AdminContext): Promise<Response> {
  const at = Date.parse((await readFields(c)).get("start") ?? "");
  if (Number.isNaN(at)) return backTo(c, "check=move");
  return decide(c, "moved", async ({ deps, context }, id) => {
    const time = { startsAt: dateFromEpochMs(at) };
    await rescheduleAppointment(deps, context, { id, time });
  });
}

/** `POST /admin/conflicts/{id}/call`. */
export async function callConflict(c: AdminContext): Promise<Response> {
  return decide(c, "called", ({ deps, context }, id) => callAboutConflict(deps, context, id));
}

/** `POST /admin/conflicts/{id}/cancel`. */
export async function cancelConflict(c: AdminContext): Promise<Response> {
  const asked = (await readFields(c)).get("cancel_reason");
  const reason = officeReasons.find((one) => one === asked);
  if (!reason) return backTo(c, "check=cancel");
  return decide(c, "cancelled", async ({ deps, context }, id) => {
    await cancelAppointment(deps, context, { id, reason });
  });
}

const faults: Readonly<Record<string, { field: string; text: AdminMessageKey }>> = {
  keep: { field: "keep_reason", text: "keep_reason_missing" },
  move: { field: "start", text: "start_missing" },
  cancel: { field: "cancel_reason", text: "cancel_reason_missing" },
};

function faultOf(
  page: AdminPage,
  { field, text }: { readonly field: string; readonly text: AdminMessageKey },
): FieldError {
  return { field, text: page.tell(text) };
}

/** Does what was decided and goes back to the list; a refusal leads back to the appointment as it is now. */
async function decide(
  c: AdminContext,
  done: string,
  act: (page: AdminPage, id: string) => Promise<void>,
): Promise<Response> {
  const page = c.get("admin");
  const id = idOf(c);
  try {
    await act(page, id);
  } catch (error) {
    if (!(error instanceof DomainError) || ![409, 422].includes(error.problem.status)) throw error;
    return backTo(c, "refused=1");
  }
  return c.redirect(pathTo(page, `/admin/conflicts?done=${done}`), 303);
}

function backTo(c: AdminContext, query: string): Response {
  return c.redirect(pathTo(c.get("admin"), `/admin/conflicts/${idOf(c)}?${query}`), 303);
}

/** Free times at the same site for as many people. */
async function startsFor(
  page: AdminPage,
  { legs, site, party_size: partySize }: AppointmentView,
): Promise<readonly NextStart[]> {
  try {
    const { starts } = await findNextStarts(page.deps, page.tenant, {
      serviceIds: legs.map((leg) => leg.service.id),
      siteId: site.id,
      partySize,
      channel: "counter",
      isStaff: true,
      countMax: startsMax,
    });
    return starts;
  } catch (error) {
    // A service that is retired, or now serves smaller parties, has no times to offer.
    if (error instanceof DomainError) return [];
    throw error;
  }
}

function idOf(c: AdminContext): string {
  const id = c.req.param("id") ?? "";
  if (!isId(id)) throw missing();
  return id;
}
