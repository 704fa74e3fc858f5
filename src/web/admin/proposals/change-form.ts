/** The forms of the commonest changes: what was typed, what is wrong with it, and the change that it means. */
import { randomBytes } from "node:crypto";
import { listOpenings } from "../../../scheduling/openings/list-openings.ts";
import type { Opening } from "../../../scheduling/openings/opening.ts";
import type { CreateProposal } from "../../../scheduling/proposals/create-proposal.ts";
import { createProposalSchema } from "../../../scheduling/proposals/schema.ts";
import type { FieldError } from "../../layout.ts";
import type { AdminPage } from "../admin-env.ts";
import { collectPages } from "../collect-pages.ts";

/** What can be proposed by form. */
export const formKinds = ["close", "lose", "opening"] as const;
export type FormKind = (typeof formKinds)[number];

/** The fields of all forms; those of a kind that were not sent are empty. */
export const formFields = [
  "where",
  "from",
  "to",
  "start",
  "end",
  "reason",
  "opening",
  "version",
  "capacity",
] as const;
export type ChangeForm = Readonly<Record<(typeof formFields)[number], string>> & {
  readonly kind: FormKind;
};

const valueMax = 500;

/** Reads a form from a query or a body; undefined when it is none of the kinds. */
export function readChangeForm(fields: URLSearchParams): ChangeForm | undefined {
  const kind = formKinds.find((one) => one === fields.get("kind"));
  if (!kind) return undefined;
  const value = (name: string): string => (fields.get(name) ?? "").trim().slice(0, valueMax);
  return {
    kind,
    where: value("where"),
    from: value("from"),
    to: value("to") || value("from"),
    start: value("start"),
    end: value("end"),
    reason: value("reason"),
    opening: value("opening"),
    version: value("version"),
    capacity: value("capacity"),
  };
}

/** The address of the form with what was typed. Nothing in it is about a person. */
export function formQuery(form: ChangeForm, more: Readonly<Record<string, string>>): string {
  const typed = Object.entries(form).filter(([, value]) => value !== "");
  return new URLSearchParams([...typed, ...Object.entries(more)]).toString();
}

/** What a form means, or what is wrong with it. */
export type ReadChange =
  | { readonly changes: CreateProposal["changes"] }
  | { readonly errors: readonly FieldError[] };

/** Reads the change that a form means. */
export function changeOf(page: AdminPage, form: ChangeForm): ReadChange {
  const errors = form.kind === "opening" ? openingErrors(page, form) : closingErrors(page, form);
  if (errors.length > 0) return { errors };
  const parsed = createProposalSchema.safeParse({ changes: [rawChange(page, form)] });
  if (parsed.success) return { changes: parsed.data.changes };
  const field = form.kind === "opening" ? "opening" : "where";
  return { errors: [{ field, text: page.tell("form_wrong") }] };
}

function rawChange(page: AdminPage, form: ChangeForm): object {
  if (form.kind === "opening") {
    const change = {
      version: Number(form.version),
      start_time: form.start,
      end_time: form.end,
      capacity: Number(form.capacity),
    };
    return { kind: "change_opening", id: form.opening, change };
  }
  const days = { starts_on: form.from, ends_on: form.to };
  const times = {
    ...(form.start === "" ? {} : { start_time: form.start }),
    ...(form.end === "" ? {} : { end_time: form.end }),
  };
  const reason = form.reason === "" ? {} : { reason: { [page.language]: form.reason } };
  if (form.kind === "lose") {
    return { kind: "lose_resource", resource_id: form.where, ...days, ...times, ...reason };
  }
  const [scope, id] = form.where.split(":");
  const concerned = {
    site_id: scope === "site" ? id : null,
    resource_id: scope === "resource" ? id : null,
  };
  const code = `closed-${form.from}-${randomBytes(5).toString("hex")}`;
  return {
    kind: "create_closure",
    closure: { code, ...concerned, ...days, ...times, ...reason },
  };
}

const dateShape = /^20\d\d-\d\d-\d\d$/;
const timeShape = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function closingErrors(page: AdminPage, form: ChangeForm): FieldError[] {
  const errors: FieldError[] = [];
  if (!/^(?:all|(?:site:|resource:)?[0-9a-f-]{36})$/.test(form.where)) {
    errors.push({ field: "where", text: page.tell("where_missing") });
  }
  if (!dateShape.test(form.from)) errors.push({ field: "from", text: page.tell("date_wrong") });
  else if (!dateShape.test(form.to) || form.to < form.from) {
    errors.push({ field: "to", text: page.tell("until_wrong") });
  }
  const isOneDay = form.from === form.to;
  const isBackwards = form.start !== "" && form.end !== "" && form.end <= form.start;
  if (isOneDay && isBackwards) errors.push({ field: "end", text: page.tell("end_wrong") });
  return errors;
}

function openingErrors(page: AdminPage, form: ChangeForm): FieldError[] {
  const errors: FieldError[] = [];
  if (!timeShape.test(form.start)) errors.push({ field: "start", text: page.tell("time_wrong") });
  if (!timeShape.test(form.end) && form.end !== "24:00") {
    errors.push({ field: "end", text: page.tell("time_wrong") });
  }
  if (!/^\d{1,5}$/.test(form.capacity) || Number(form.capacity) > 10_000) {
    errors.push({ field: "capacity", text: page.tell("capacity_wrong") });
  }
  return errors;
}

/** The openings to choose from; at most 1,000. */
export async function loadOpenings(page: AdminPage): Promise<Opening[]> {
  return collectPages((request) =>
    listOpenings(page.deps, page.context, { ...request, includesRetired: false }),
  );
}
