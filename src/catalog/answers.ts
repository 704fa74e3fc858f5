/** Judging a booking's answers by the custom fields of its services. */
import type { LocalizedText } from "../context.ts";
import { addDays, isLocalDate, type LocalDate } from "../time/local-date.ts";
import {
  type AnswerValue,
  type Answers,
  type Condition,
  conditionHolds,
  fieldConditionsOf,
} from "./condition.ts";

/** What a field asks for. */
export const fieldTypes = ["text", "number", "boolean", "date", "choice"] as const;
export type FieldType = (typeof fieldTypes)[number];

/** Whether a field is asked once, or of every participant. */
export const fieldScopes = ["booking", "participant"] as const;
export type FieldScope = (typeof fieldScopes)[number];

/** One question of a service. A `when` names fields that come earlier in the list. */
export interface CustomField {
  readonly code: string;
  readonly label: LocalizedText;
  readonly help?: LocalizedText | undefined;
  readonly type: FieldType;
  readonly scope: FieldScope;
  readonly is_required: boolean;
  /** Smallest and largest number, both included. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Characters of a text at most; {@link TEXT_LENGTH_MAX} when unstated. */
  readonly max_length?: number | undefined;
  readonly choices?:
    | readonly { readonly code: string; readonly label: LocalizedText }[]
    | undefined;
  /** A date may be at most so many days after the visit. */
  readonly days_after_visit_max?: number | undefined;
  readonly when?: Condition | undefined;
}

/** Characters of a text answer when its field says nothing else. */
const TEXT_LENGTH_MAX = 200;

/** Answers as they were sent. */
export interface SentAnswers {
  readonly booking: Answers;
  /** In the order of the participants; those not listed have answered nothing. */
  readonly participants: readonly Answers[];
  readonly partySize: number;
  /** Local date of the visit at the site. */
  readonly visitDate: LocalDate;
}

/** What is wrong with one answer; `path` is `answers.<field>` or `participants.<index from 0>.answers.<field>`. */
export interface AnswerFault {
  readonly path: string;
  readonly message: string;
}

/** Answers that fit their fields: texts trimmed and composed (NFC), those of fields that do not apply left out. */
export interface FittingAnswers {
  readonly booking: Answers;
  /** One per person of the party. */
  readonly participants: readonly Answers[];
}

export type CheckedAnswers =
  | { readonly isFitting: true; readonly answers: FittingAnswers }
  | { readonly isFitting: false; readonly faults: readonly AnswerFault[] };

/**
 * Judges answers by their fields: unknown codes are refused, missing required ones named, each value fitted to its
 * field. Fields whose `when` does not hold are skipped and their answers dropped, so that a form without scripts may
 * send all of them. Participants' conditions see the booking's answers too. Never throws.
 */
export function checkAnswers(fields: readonly CustomField[], sent: SentAnswers): CheckedAnswers {
  const faults: AnswerFault[] = [];
  const ofScope = (scope: FieldScope) => fields.filter((field) => field.scope === scope);
  const check = { partySize: sent.partySize, visitDate: sent.visitDate, faults };
  const booking = fitAnswers(ofScope("booking"), sent.booking, {
    ...check,
    path: "answers",
    known: {},
  });
  const participants = Array.from({ length: sent.partySize }, (_, index) =>
    fitAnswers(ofScope("participant"), sent.participants[index] ?? {}, {
      ...check,
      path: `participants.${index}.answers`,
      known: booking,
    }),
  );
  if (sent.participants.length > sent.partySize) {
    faults.push({
      path: "participants",
      message: `At most ${sent.partySize} participants fit the party.`,
    });
  }
  if (faults.length > 0) return { isFitting: false, faults };
  return { isFitting: true, answers: { booking, participants } };
}

interface Check {
  readonly path: string;
  /** Answers that conditions may also refer to. */
  readonly known: Answers;
  readonly partySize: number;
  readonly visitDate: LocalDate;
  readonly faults: AnswerFault[];
}

function fitAnswers(fields: readonly CustomField[], sent: Answers, check: Check): Answers {
  const fitting = new Map<string, AnswerValue>();
  const codes = new Set(fields.map((field) => field.code));
  for (const code of Object.keys(sent)) {
    if (!codes.has(code)) refuse(check, code.slice(0, 60), "No such field.");
  }
  for (const field of fields) {
    const answers = { ...check.known, ...Object.fromEntries(fitting) };
    if (field.when && !conditionHolds(field.when, { answers, partySize: check.partySize }))
      continue;
    const value = Object.hasOwn(sent, field.code) ? sent[field.code] : undefined;
    const fit = fitAnswer(field, value, check.visitDate);
    if (fit.message !== undefined) refuse(check, field.code, fit.message);
    else if (fit.value !== undefined) fitting.set(field.code, fit.value);
  }
  return Object.fromEntries(fitting);
}

function refuse(check: Check, code: string, message: string): void {
  check.faults.push({ path: `${check.path}.${code}`, message });
}

type Fit = { readonly value?: AnswerValue; readonly message?: string };

function fitAnswer(field: CustomField, value: AnswerValue | undefined, visitDate: LocalDate): Fit {
  const isMissing = value === undefined || (typeof value === "string" && value.trim() === "");
  if (isMissing) return field.is_required ? { message: "An answer is needed." } : {};
  switch (field.type) {
    case "text":
      return fitText(field, value);
    case "number":
      return fitNumber(field, value);
    case "boolean":
      return typeof value === "boolean" ? { value } : { message: "Answer with true or false." };
    case "date":
      return fitDate(field, value, visitDate);
    case "choice":
      return field.choices?.some((choice) => choice.code === value)
        ? { value }
        : { message: "Answer with the code of one of the choices." };
  }
}

/** C0 and C1 controls, bidirectional overrides and lone surrogates have no place in a line of text. */
const UNFIT_CHARACTERS = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/u;

function fitText(field: CustomField, value: AnswerValue): Fit {
  if (typeof value !== "string") return { message: "Answer with a text." };
  const text = value.normalize("NFC").trim();
  const lengthMax = field.max_length ?? TEXT_LENGTH_MAX;
  if (UNFIT_CHARACTERS.test(text)) return { message: "Control characters are not allowed." };
  if (text.length > lengthMax) return { message: `At most ${lengthMax} characters.` };
  return { value: text };
}

function fitNumber(field: CustomField, value: AnswerValue): Fit {
  if (typeof value !== "number" || !Number.isFinite(value))
    return { message: "Answer with a number." };
  if (field.min !== undefined && value < field.min) return { message: `At least ${field.min}.` };
  if (field.max !== undefined && value > field.max) return { message: `At most ${field.max}.` };
  return { value: Object.is(value, -0) ? 0 : value };
}

function fitDate(field: CustomField, value: AnswerValue, visitDate: LocalDate): Fit {
  if (typeof value !== "string" || !isLocalDate(value)) {
    return { message: "Answer with a date of the form YYYY-MM-DD." };
  }
  const latest =
    field.days_after_visit_max === undefined
      ? undefined
      : addDays(visitDate, field.days_after_visit_max);
  if (latest !== undefined && value > latest) {
    return {
      message: `At most ${field.days_after_visit_max} days after the visit, so ${latest} or earlier.`,
    };
  }
  return { value };
}

/** A document to bring, or a fee to pay; without `when` it applies to everybody. */
interface Conditional {
  readonly when?: Condition | undefined;
}

/** An entry that applies; `positions` (from 1) are the participants it concerns, null when it concerns the visit as a whole. */
export type Applying<T> = { readonly entry: T; readonly positions: readonly number[] | null };

/**
 * The documents, or other entries with a condition, that apply to a visit, in their order. A condition that names a
 * field of the participants is judged for each of them; any other is judged once.
 */
export function documentsThatApply<T extends Conditional>(
  entries: readonly T[],
  visit: FittingAnswers & { readonly fields: readonly CustomField[] },
): Applying<T>[] {
  const { booking, participants } = visit;
  const partySize = participants.length;
  const personal = new Set(
    visit.fields.filter((f) => f.scope === "participant").map((f) => f.code),
  );
  return entries.flatMap((entry): Applying<T>[] => {
    const { when } = entry;
    if (!when) return [{ entry, positions: null }];
    if (!fieldConditionsOf(when).some(({ field }) => personal.has(field))) {
      const holds = conditionHolds(when, { answers: booking, partySize });
      return holds ? [{ entry, positions: null }] : [];
    }
    const positions = participants.flatMap((answers, index) =>
      conditionHolds(when, { answers: { ...booking, ...answers }, partySize }) ? [index + 1] : [],
    );
    return positions.length > 0 ? [{ entry, positions }] : [];
  });
}

/** What a fee comes to for one visit; `quantity` is how often it is due. */
export type DueFee<T> = { readonly fee: T; readonly quantity: number };

/**
 * The fees of a visit: each is due once per participant it applies to, or once when it is for the visit as a whole.
 */
export function feesThatApply<T extends Conditional & { readonly is_per_visit: boolean }>(
  fees: readonly T[],
  visit: FittingAnswers & { readonly fields: readonly CustomField[] },
): DueFee<T>[] {
  return documentsThatApply(fees, visit).map(({ entry, positions }) => ({
    fee: entry,
    quantity: entry.is_per_visit ? 1 : (positions?.length ?? visit.participants.length),
  }));
}
