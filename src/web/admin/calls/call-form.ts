/** What an operator states about a call: read from the form, checked, and shown again with what is wrong. */
import { noteLengthMax } from "../../../reminders/phone/call-note.ts";
import { plainText } from "../../../http/text-schema.ts";
import { isLocalDate } from "../../../time/local-date.ts";
import { isLocalTime } from "../../../time/local-time.ts";
import { instantOfWallTime } from "../../../time/wall-clock.ts";
import type { FieldError } from "../../layout.ts";
import type { AdminPage } from "../admin-env.ts";
import { type Answer, answers } from "./answers.ts";

/** The form as it was sent; what is not stated is empty. */
export interface CallForm {
  readonly answer: string;
  /** ISO instant. */
  readonly start: string;
  readonly againOn: string;
  readonly againAt: string;
  readonly note: string;
}

/** Nothing stated yet. */
export const emptyForm: CallForm = { answer: "", start: "", againOn: "", againAt: "", note: "" };

/** What a form means. */
export interface CallResult {
  readonly answer: Answer;
  /** Of who wants another time. */
  readonly startsAt: Date | undefined;
  /** Of a call that nobody answered (epoch ms). */
  readonly againAt: number | undefined;
  readonly note: string | undefined;
}

const valueMax = 2_000;
const noteText = plainText({ max: noteLengthMax, min: 0, isMultiline: true });

/** Reads the form from a body. */
export function readCallForm(fields: URLSearchParams): CallForm {
  const value = (name: string): string => (fields.get(name) ?? "").slice(0, valueMax);
  return {
    answer: value("answer"),
    start: value("start"),
    againOn: value("again_on"),
    againAt: value("again_at"),
    note: value("note"),
  };
}

/** Reads what the form means for a call, or says what is wrong with it. `now` in epoch milliseconds. */
export function resultOf(
  page: AdminPage,
  form: CallForm,
  given: {
    readonly allowed: readonly Answer[];
    readonly starts: readonly Date[];
    readonly zone: string;
    readonly now: number;
  },
): { readonly result: CallResult } | { readonly errors: readonly FieldError[] } {
  const answer = answers.find((one) => one === form.answer && given.allowed.includes(one));
  const startsAt = given.starts.find((one) => one.toISOString() === form.start);
  const again = againOf(form, given.zone);
  const note = noteText.safeParse(form.note);
  const errors: FieldError[] = [];
  if (!answer) errors.push({ field: "answer", text: page.tell("calls_outcome_missing") });
  if (answer === "move" && !startsAt)
    errors.push({ field: "start", text: page.tell("start_missing") });
  const isAgain = answer === "not_reached" && again !== undefined;
  if (isAgain && !(again > given.now))
    errors.push({ field: "again_at", text: page.tell("calls_again_wrong") });
  if (!note.success) errors.push({ field: "note", text: page.tell("calls_note_wrong") });
  if (!answer || !note.success || errors.length > 0) return { errors };
  return {
    result: {
      answer,
      startsAt: answer === "move" ? startsAt : undefined,
      againAt: isAgain ? again : undefined,
      note: note.data === "" ? undefined : note.data,
    },
  };
}

/** When to try again; undefined where it is not stated, NaN where it is no time. */
function againOf({ againOn, againAt }: CallForm, zone: string): number | undefined {
  if (againAt === "") return undefined;
  if (!isLocalDate(againOn) || !isLocalTime(againAt)) return Number.NaN;
  return instantOfWallTime({ date: againOn, time: againAt, zone }, "earlier");
}
