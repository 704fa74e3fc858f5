/** The form that closes something at once: what was chosen, and what it means. */
import type { LocalizedText } from "../../../context.ts";
import type { PreviewUrgentClosure } from "../../../bulk/today/preview-urgent-closure.ts";
import { previewUrgentSchema } from "../../../bulk/today/schema.ts";
import type { FieldError } from "../../layout.ts";
import type { AdminPage } from "../admin-env.ts";
import type { Places } from "../places.ts";
import { type ReadyReason, readyReasons, reasonTexts } from "./ready-reasons.ts";

/** What was chosen; what was not is empty. */
export interface CloseForm {
  /** `site:` or `resource:` and its id, or `service:` with the ids of a site and of a service. */
  readonly where: string;
  /** On the site's clock; empty: for the rest of the day. */
  readonly until: string;
  readonly why: string;
  /** Typed, with the reason `own`. */
  readonly text: string;
}

const valueMax = 300;

/** Reads the form from a query or a body. */
export function readCloseForm(fields: URLSearchParams): CloseForm {
  const value = (name: string): string => (fields.get(name) ?? "").trim().slice(0, valueMax);
  return { where: value("where"), until: value("until"), why: value("why"), text: value("text") };
}

/** The address of the form with what was chosen. */
export function closeFormQuery(form: CloseForm, more: Readonly<Record<string, string>>): string {
  const typed = Object.entries(form).filter(([, value]) => value !== "");
  return new URLSearchParams([...typed, ...Object.entries(more)]).toString();
}

/** What a form means, or what is wrong with it. */
export type ReadClosing =
  | { readonly wish: PreviewUrgentClosure }
  | { readonly errors: readonly FieldError[] };

/** Reads what is to be closed. */
export function closingOf(page: AdminPage, places: Places, form: CloseForm): ReadClosing {
  const place = placeOf(places, form.where);
  const reason = reasonOf(page, form);
  const errors: FieldError[] = [];
  if (!place) errors.push({ field: "where", text: page.tell("where_missing") });
  if (!readReady(form.why)) errors.push({ field: "why", text: page.tell("why_missing") });
  else if (!reason) errors.push({ field: "text", text: page.tell("text_missing") });
  if (!place || !reason) return { errors };
  const until = form.until === "" ? null : form.until;
  const parsed = previewUrgentSchema.safeParse({ ...place, until, reason });
  if (!parsed.success) {
    const isTime = parsed.error.issues.some(({ path }) => path[0] === "until");
    return isTime
      ? { errors: [{ field: "until", text: page.tell("time_wrong") }] }
      : { errors: [{ field: "text", text: page.tell("text_missing") }] };
  }
  const { data } = parsed;
  return {
    wish: {
      site: data.site,
      resourceIds: data.resource_ids ?? null,
      service: data.service,
      from: undefined,
      until: data.until,
      reason: data.reason,
      onTheWayMinutes: data.on_the_way_minutes,
    },
  };
}

function readReady(why: string): ReadyReason | undefined {
  return readyReasons.find((one) => one === why);
}

function reasonOf(page: AdminPage, { why, text }: CloseForm): LocalizedText | undefined {
  const ready = readReady(why);
  if (!ready) return undefined;
  if (ready !== "own") return reasonTexts[ready];
  return text === "" ? undefined : { [page.language]: text };
}

function placeOf(places: Places, where: string) {
  const [kind, id = "", serviceId] = where.split(":");
  if (kind === "service") {
    const site = places.sites.find((one) => one.id === id);
    return site && { site: site.id, service: serviceId };
  }
  if (kind === "site") {
    const site = places.sites.find((one) => one.id === id);
    return site && { site: site.id };
  }
  const resource = places.resources.find((one) => one.id === id);
  return kind === "resource" && resource
    ? { site: resource.site_id, resource_ids: [resource.id] }
    : undefined;
}
