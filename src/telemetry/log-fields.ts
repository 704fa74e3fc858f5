/**
 * The only field names that may appear in a log line; everything else is dropped and counted in `fields_dropped`.
 * Ids, names the code chose, numbers: never contact data, answers, addresses, bodies, query strings or tokens.
 */
export const LOG_FIELDS = [
  "appointment_id",
  "attempt",
  "attempts_max",
  "audit_hash",
  "audit_seq",
  "backend",
  "batch_size",
  "bulk_operation_id",
  "check",
  "closure_id",
  "component",
  "config_key",
  "count",
  "data_dir",
  "duration_ms",
  "event_id",
  "event_type",
  "exit_code",
  "hold_id",
  "host",
  "instance",
  "job_id",
  "job_name",
  "key_id",
  "limit",
  "log_level",
  "message_id",
  "method",
  "migration",
  "node_version",
  "offer_id",
  "entry_id",
  "opening_id",
  "outbox_id",
  "outcome",
  "pid",
  "port",
  "problem",
  "public_url",
  "queue",
  "reason_code",
  "request_id",
  "resource_id",
  "retry_in_ms",
  "role",
  "route",
  "schema_version",
  "server_version",
  "service_id",
  "signal",
  "site_id",
  "slot_id",
  "staff_id",
  "status",
  "task",
  "tenant_id",
  "ticket_id",
  "time_zone",
  "version",
] as const;

/** One permitted name of a log field. */
export type LogField = (typeof LOG_FIELDS)[number];

/** What a log field may hold: a short printable word, a number, a truth value, or a short list of words and numbers. */
export type LogValue = string | number | boolean | readonly (string | number)[];

/** The fields of one log line; `err` is written by the error serializer. */
export type LogFields = { readonly [F in LogField]?: LogValue | null | undefined } & {
  readonly err?: unknown;
};

/** Longest string kept in a field, in UTF-16 units; ids, routes and paths fit. */
const VALUE_CHARS_MAX = 200;
/** Longest list kept in a field. */
const LIST_ITEMS_MAX = 20;

const PERMITTED: ReadonlySet<string> = new Set(LOG_FIELDS);
const MASK = "[masked]";
/** Prefixes of our own secrets and anything that looks like a mail address or a long run of a phone number's digits. */
const LOOKS_PRIVATE =
  /@|(?<![A-Za-z0-9])(?:spo_)?(?:sk|pk|mt|wt|whsec)_[A-Za-z0-9]|\bBearer\b|(?<![\w-])\+\d[\d ()/.-]{6,}/u;

/**
 * Keeps permitted fields only and masks values that look like contact data or secrets.
 * A second fence behind the `LogFields` type: it also holds for values that reached the logger through a cast.
 */
export function keepPermittedFields(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let dropped = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    const safe = PERMITTED.has(name) ? safeValue(value) : undefined;
    if (safe === undefined) dropped += 1;
    else kept[name] = safe;
  }
  return dropped === 0 ? kept : { ...kept, fields_dropped: dropped };
}

function safeValue(value: unknown): LogValue | undefined {
  if (typeof value === "string") return safeText(value);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (!Array.isArray(value)) return undefined;
  const items: unknown[] = value.slice(0, LIST_ITEMS_MAX);
  return items.filter((item) => typeof item === "string" || typeof item === "number").map(safeItem);
}

function safeItem(item: string | number): string | number {
  return typeof item === "number" ? item : safeText(item);
}

function safeText(text: string): string {
  const cut = text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text;
  // A query string may carry names and tokens; the part before it is a path or a template.
  const withoutQuery = cut.replace(/\?.*$/su, "?…");
  return LOOKS_PRIVATE.test(withoutQuery) ? MASK : withoutQuery;
}
