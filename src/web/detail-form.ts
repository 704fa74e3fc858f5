/** What the data form asks, reads and judges; the names of its controls. */
import {
  type AnswerFault,
  checkAnswers,
  type CustomField,
  type FittingAnswers,
} from "../catalog/answers.ts";
import { type AnswerValue, type Answers, conditionHolds } from "../catalog/condition.ts";
import type { Service } from "../catalog/services/service.ts";
import { normaliseEmail, normalisePhone } from "../identity/person-keys.ts";
import type { LocalDate } from "../time/local-date.ts";
import { type FormValues, formValueMax } from "./draft.ts";

/** What the form is about. */
export interface FormSubject {
  readonly service: Service;
  readonly partySize: number;
  /** Local date of the visit at the site. */
  readonly visitDate: LocalDate;
  /** Where a telephone number without a country code is dialled, ISO 3166. */
  readonly country: string;
}

/** One question as a control: `position` is the participant's, from 0; undefined when asked once. */
export interface Question {
  readonly name: string;
  readonly field: CustomField;
  readonly position: number | undefined;
}

/** Why a control's value cannot be taken. */
export type FaultReason = "name_missing" | "email" | "phone" | "answer" | "refused" | "too_long";

export interface FormFault {
  readonly name: string;
  readonly reason: FaultReason;
}

/** The data in the shape that booking takes. */
export interface BookingData {
  readonly booker: { readonly name: string; readonly email?: string; readonly phone?: string };
  readonly participants: readonly { readonly name?: string; readonly answers: Answers }[];
  readonly answers: Answers;
  readonly accompaniedBy: string | undefined;
}

/** Names of the controls that every form has, in their order on the page. */
export const personalNames = {
  booker: "booker_name",
  forWhom: "for_whom",
  forName: "for_name",
  accompaniedBy: "accompanied_by",
  email: "email",
  phone: "phone",
} as const;

/** The control of a participant's name; positions from 0. */
export function participantName(position: number): string {
  return `p${position + 1}-name`;
}

/** The questions that apply to what was answered so far, those of the booking first, then person by person. */
export function questionsThatApply(subject: FormSubject, values: FormValues): Question[] {
  const { service, partySize } = subject;
  const asked = (
    scope: CustomField["scope"],
    position: number | undefined,
    known: Answers,
  ): Question[] => {
    const answers: Record<string, AnswerValue> = { ...known };
    return service.fields
      .filter((field) => field.scope === scope)
      .flatMap((field) => {
        if (field.when && !conditionHolds(field.when, { answers, partySize })) return [];
        const name = questionName(field, position);
        const value = readAnswer(field, values[name]);
        if (value !== undefined) answers[field.code] = value;
        return [{ name, field, position }];
      });
  };
  const ofBooking = asked("booking", undefined, {});
  const known = answersOf(ofBooking, values);
  const positions = Array.from({ length: partySize }, (_, i) => i);
  return [...ofBooking, ...positions.flatMap((position) => asked("participant", position, known))];
}

/** Keeps what was typed into controls that this form has; anything else that was sent is dropped. */
export function readForm(subject: FormSubject, sent: URLSearchParams): FormValues {
  const names = [
    ...Object.values(personalNames),
    ...Array.from({ length: subject.partySize }, (_, i) => participantName(i)),
    ...everyQuestionName(subject),
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = sent.get(name);
      // Longer values are cut beyond what is kept, so that judging still sees that they are too long.
      return typeof value === "string" ? [[name, cleanLine(value).slice(0, formValueMax)]] : [];
    }),
  );
}

/** Judges the whole form; `data` is there when nothing is wrong. */
export function judgeForm(
  subject: FormSubject,
  values: FormValues,
): {
  readonly faults: readonly FormFault[];
  readonly data?: BookingData;
  readonly answers?: FittingAnswers;
} {
  const faults = personalFaults(subject, values);
  const questions = questionsThatApply(subject, values);
  const checked = checkAnswers(subject.service.fields, sentAnswers(subject, questions, values));
  if (!checked.isFitting) faults.push(...checked.faults.map((fault) => faultOf(fault)));
  if (faults.length > 0 || !checked.isFitting) return { faults };
  return { faults, answers: checked.answers, data: dataOf(subject, values, checked.answers) };
}

/** The answer as the field's type wants it; undefined when empty. A text that is no number stays text, to be refused. */
export function readAnswer(field: CustomField, value: string | undefined): AnswerValue | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (field.type === "boolean") return text === "yes" ? true : text === "no" ? false : text;
  if (field.type !== "number") return text;
  const number = Number(text.replace(",", "."));
  return /^[+-]?\d{1,12}([.,]\d{1,6})?$/.test(text) && Number.isFinite(number) ? number : text;
}

/** Whether the citizen books for somebody else; only asked when one person comes. */
export function isForSomebodyElse(values: FormValues): boolean {
  return values[personalNames.forWhom] === "other";
}

function personalFaults({ partySize, country }: FormSubject, values: FormValues): FormFault[] {
  const { booker, forName, email, phone } = personalNames;
  const faults: FormFault[] = [];
  if (!values[booker]) faults.push({ name: booker, reason: "name_missing" });
  if (partySize === 1 && isForSomebodyElse(values) && !values[forName])
    faults.push({ name: forName, reason: "name_missing" });
  const names = [
    booker,
    forName,
    personalNames.accompaniedBy,
    ...Array.from({ length: partySize }, (_, i) => participantName(i)),
  ];
  faults.push(
    ...names
      .filter((name) => (values[name] ?? "").length > nameMax)
      .map((name) => ({ name, reason: "too_long" as const })),
  );
  if (values[email] && (!normaliseEmail(values[email]) || values[email].length > 254))
    faults.push({ name: email, reason: "email" });
  if (values[phone] && !normalisePhone(values[phone], country))
    faults.push({ name: phone, reason: "phone" });
  return faults;
}

/** Longest name of a person, in characters. */
export const nameMax = 200;

function sentAnswers(subject: FormSubject, questions: readonly Question[], values: FormValues) {
  const { partySize, visitDate } = subject;
  return {
    booking: answersOf(
      questions.filter((question) => question.position === undefined),
      values,
    ),
    participants: Array.from({ length: partySize }, (_, position) =>
      answersOf(
        questions.filter((question) => question.position === position),
        values,
      ),
    ),
    partySize,
    visitDate,
  };
}

function answersOf(questions: readonly Question[], values: FormValues): Answers {
  return Object.fromEntries(
    questions.flatMap(({ name, field }) => {
      const value = readAnswer(field, values[name]);
      return value === undefined ? [] : [[field.code, value]];
    }),
  );
}

function dataOf(subject: FormSubject, values: FormValues, answers: FittingAnswers): BookingData {
  const { booker, email, phone, accompaniedBy } = personalNames;
  return {
    booker: {
      name: values[booker] ?? "",
      ...(values[email] ? { email: values[email] } : {}),
      ...(values[phone] ? { phone: values[phone] } : {}),
    },
    participants: answers.participants.map((own, position) => {
      const name = nameOf(subject, values, position);
      return { ...(name ? { name } : {}), answers: own };
    }),
    answers: answers.booking,
    accompaniedBy: values[accompaniedBy] || undefined,
  };
}

/** One person who comes is the booker, unless the booking is for somebody else. */
function nameOf(
  { partySize }: FormSubject,
  values: FormValues,
  position: number,
): string | undefined {
  if (partySize > 1) return values[participantName(position)];
  return values[isForSomebodyElse(values) ? personalNames.forName : personalNames.booker];
}

function faultOf({ path }: AnswerFault): FormFault {
  const [scope, second, , fourth] = path.split(".");
  const name = scope === "participants" ? `p${Number(second) + 1}-a-${fourth}` : `a-${second}`;
  return { name, reason: "answer" };
}

function questionName(field: CustomField, position: number | undefined): string {
  return position === undefined ? `a-${field.code}` : `p${position + 1}-a-${field.code}`;
}

function everyQuestionName({ service, partySize }: FormSubject): string[] {
  return service.fields.flatMap((field) =>
    field.scope === "booking"
      ? [questionName(field, undefined)]
      : Array.from({ length: partySize }, (_, position) => questionName(field, position)),
  );
}

/** One line of text: composed, without control characters and half characters, which no keyboard makes. */
function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, " ")
    .trim();
}
