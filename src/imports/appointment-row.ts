import { z } from "@hono/zod-openapi";
import { person } from "../appointments/schema.ts";
import { channels, languages } from "../context.ts";
import { code, plainText } from "../http/text-schema.ts";
import { dateFromEpochMs } from "../time/clock.ts";
import { isLocalDate } from "../time/local-date.ts";
import { isLocalTime } from "../time/local-time.ts";
import { instantOfWallTime, localTimeOf } from "../time/wall-clock.ts";

/** Columns of the table; `answers.<code of a field>` may follow. */
const appointmentColumns = [
  "external_reference",
  "site_code",
  "service_code",
  "starts_at",
  "party_size",
  "name",
  "email",
  "phone",
  "tax_code",
  "birth_date",
  "language",
  "channel",
] as const;

const answerPrefix = "answers.";

/** Whether a column is one that an import knows. */
export function isKnownColumn(column: string): boolean {
  const names: readonly string[] = appointmentColumns;
  return names.includes(column) || /^answers\.[a-z][a-z0-9_]{0,59}$/.test(column);
}

const rowSchema = z
  .object({
    external_reference: plainText({ max: 100 }),
    site_code: code,
    service_code: code,
    starts_at: z.string().max(40),
    party_size: z
      .string()
      .regex(/^[1-9]\d?$|^100$/, "must be 1 to 100")
      .transform(Number)
      .default(1),
    language: z.enum(languages).optional(),
    channel: z.enum(channels).default("counter"),
  })
  .extend(person.shape);

/** One line of the table, as far as it can be judged alone. */
export interface AppointmentRow extends z.infer<typeof rowSchema> {
  readonly answers: Readonly<Record<string, string>>;
}

/** Reads one line; empty cells are absent. A string says what does not fit. */
export function readAppointmentRow(
  cells: Readonly<Record<string, string>>,
): AppointmentRow | string {
  const filled = Object.entries(cells).filter(([, text]) => text.trim() !== "");
  const answers = filled
    .filter(([column]) => column.startsWith(answerPrefix))
    .map(([column, text]): [string, string] => [column.slice(answerPrefix.length), text]);
  const facts = filled.filter(([column]) => !column.startsWith(answerPrefix));
  const parsed = rowSchema.safeParse(Object.fromEntries(facts));
  if (parsed.success) return { ...parsed.data, answers: Object.fromEntries(answers) };
  return parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}

/**
 * The instant of a start: ISO 8601 with an offset or `Z`, or wall time of the site (`2026-03-02T09:15`, also with a
 * space), the earlier one where the clock shows it twice. Undefined for anything else and for a time that the clock skips.
 */
export function readStart(text: string, zone: string): Date | undefined {
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]{5,12}(Z|[+-]\d{2}:\d{2})$/.test(text)) {
    const instant = Date.parse(text);
    return Number.isNaN(instant) ? undefined : dateFromEpochMs(instant);
  }
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00)?$/.exec(text) ?? [];
  if (date === undefined || time === undefined || !isLocalDate(date) || !isLocalTime(time)) {
    return undefined;
  }
  const instant = instantOfWallTime({ date, time, zone }, "earlier");
  return localTimeOf(instant, zone) === time ? dateFromEpochMs(instant) : undefined;
}
