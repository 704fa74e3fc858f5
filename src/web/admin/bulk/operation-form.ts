/** The form of an operation: what was typed, what is wrong with it, and the preview that it asks for. */
import { type BulkKind, bulkKinds } from "../../../bulk/operation.ts";
import type { PreviewOperation } from "../../../bulk/preview/preview-operation.ts";
import { previewInputSchema } from "../../../bulk/schema.ts";
import { wishOf } from "../../../bulk/views.ts";
import { type Language, languages } from "../../../context.ts";
import type { FieldError } from "../../layout.ts";
import type { AdminPage } from "../admin-env.ts";

const fields = [
  "where",
  "from",
  "to",
  "start",
  "end",
  "support",
  "status",
  "reason",
  "urgent",
  "rebook",
  "rebook_way",
  "reserve_from",
  "reserve_to",
  "move_from",
  "move_to",
] as const;

/** What was typed; what was not sent is empty. */
export type OperationForm = Readonly<Record<(typeof fields)[number], string>> & {
  readonly kind: BulkKind;
  readonly texts: Readonly<Record<Language, string>>;
};

const valueMax = 100;
const textMax = 2_000;

/** Reads the form from a query or a body; undefined when it is none of the kinds. */
export function readOperationForm(sent: URLSearchParams): OperationForm | undefined {
  const kind = bulkKinds.find((one) => one === sent.get("kind"));
  if (!kind) return undefined;
  const value = (name: string): string => (sent.get(name) ?? "").trim().slice(0, valueMax);
  // One more than allowed, so that what is too long is refused and not cut.
  const text = (language: Language): string =>
    (sent.get(`text_${language}`) ?? "")
      .replaceAll("\r\n", "\n")
      .trim()
      .slice(0, textMax + 1);
  return {
    kind,
    where: value("where"),
    from: value("from"),
    to: value("to") || value("from"),
    start: value("start"),
    end: value("end"),
    support: value("support"),
    status: value("status"),
    reason: value("reason"),
    urgent: value("urgent"),
    rebook: value("rebook"),
    rebook_way: value("rebook_way"),
    reserve_from: value("reserve_from"),
    reserve_to: value("reserve_to") || value("reserve_from"),
    move_from: value("move_from"),
    move_to: value("move_to") || value("move_from"),
    texts: { it: text("it"), de: text("de"), fr: text("fr"), en: text("en") },
  };
}

/** The address of the form with what was typed. Nothing in it is about a person. */
export function formQuery({ texts, ...form }: OperationForm): string {
  const query = new URLSearchParams();
  const add = (name: string, value: string): void => {
    if (value !== "") query.set(name, value);
  };
  for (const [name, value] of Object.entries(form)) add(name, value);
  for (const [language, text] of Object.entries(texts)) add(`text_${language}`, text);
  return query.toString();
}

/** What a form asks for, or what is wrong with it. */
export type ReadOperation =
  | { readonly wish: PreviewOperation }
  | { readonly errors: readonly FieldError[] };

/** Reads the preview that a form asks for. */
export function operationOf(page: AdminPage, form: OperationForm): ReadOperation {
  const errors = errorsOf(page, form);
  if (errors.length > 0) return { errors };
  const parsed = previewInputSchema.safeParse(inputOf(form));
  if (parsed.success) return { wish: wishOf(parsed.data) };
  return { errors: [{ field: "where", text: page.tell("form_wrong") }] };
}

function inputOf(form: OperationForm): object {
  const [scope, id] = form.where.split(":");
  const written = languages.filter((language) => form.texts[language] !== "");
  const days = { from: form.reserve_from, to: form.reserve_to };
  const way = form.rebook_way === "early" ? { early: days } : { reserve: days };
  const reserve = form.reserve_from === "" ? {} : way;
  return {
    kind: form.kind,
    is_urgent: form.urgent === "yes",
    texts: Object.fromEntries(written.map((language) => [language, form.texts[language]])),
    filter: {
      from: form.from,
      to: form.to,
      ...(form.start === "" ? {} : { from_time: form.start }),
      ...(form.end === "" ? {} : { to_time: form.end }),
      ...(form.support === "conflict" ? { support: "conflict" } : {}),
      ...(form.status === "" ? {} : { statuses: [form.status] }),
      ...(scope === "site" ? { site_ids: [id] } : {}),
      ...(scope === "resource" ? { resource_ids: [id] } : {}),
    },
    ...(form.kind === "cancel" ? { reason: form.reason } : {}),
    ...(form.kind === "cancel" && form.rebook !== ""
      ? { rebooking: { minutes: Number(form.rebook), ...reserve } }
      : {}),
    ...(form.kind === "move" ? { move: { from: form.move_from, to: form.move_to } } : {}),
  };
}

const dateShape = /^20\d\d-\d\d-\d\d$/;
const timeShape = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

function errorsOf(page: AdminPage, form: OperationForm): FieldError[] {
  const errors: FieldError[] = [];
  const check = (isRight: boolean, field: string, key: Parameters<AdminPage["tell"]>[0]): void => {
    if (!isRight) errors.push({ field, text: page.tell(key) });
  };
  check(/^(?:all|(?:site|resource):[0-9a-f-]{36})$/.test(form.where), "where", "where_missing");
  check(dateShape.test(form.from), "from", "date_wrong");
  check(dateShape.test(form.to) && form.to >= form.from, "to", "until_wrong");
  check(form.start === "" || timeShape.test(form.start), "start", "time_wrong");
  check(form.end === "" || timeShape.test(form.end), "end", "time_wrong");
  if (form.kind === "cancel") check(form.reason !== "", "reason", "cancel_reason_missing");
  if (form.kind === "move") {
    check(dateShape.test(form.move_from), "move_from", "date_wrong");
    check(form.move_to >= form.move_from, "move_to", "until_wrong");
  }
  const first = page.tenant.languages[0] ?? page.tenant.defaultLanguage;
  if (form.kind === "notify")
    check(
      Object.values(form.texts).some((text) => text !== ""),
      `text_${first}`,
      "bulk_text_missing",
    );
  for (const language of languages)
    check(form.texts[language].length <= textMax, `text_${language}`, "bulk_text_long");
  return errors;
}
