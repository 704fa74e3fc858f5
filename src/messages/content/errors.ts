import { DomainError, type ProblemType } from "../../errors.ts";

export const templateNotValid: ProblemType = {
  slug: "template-not-valid",
  status: 400,
  title: "The template cannot be used as it is written",
  advice:
    "Correct what `errors` names; `places` says where, by line and column from 1. `GET …/message-kinds` lists which placeholders a kind and channel have.",
};

/** The problem types of the contents of messages. */
export const messageContentProblems: readonly ProblemType[] = [templateNotValid];

/** Something wrong with a written template; line and column count from 1. */
export interface TemplateFault {
  readonly part: "subject" | "body" | "text";
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Most faults that one answer names. */
const faultsShownMax = 20;

/** The refusal of a written template, naming each place. */
export function templateRefusal(faults: readonly TemplateFault[]): DomainError {
  const shown = faults.slice(0, faultsShownMax);
  const detail = shown[0] === undefined ? "The template cannot be used." : sentenceOf(shown[0]);
  return new DomainError(templateNotValid, detail, {
    facts: {
      errors: shown.map((fault) => ({ in: "body", path: fault.part, message: sentenceOf(fault) })),
      places: shown.map(({ part, line, column }) => ({ path: part, line, column })),
    },
  });
}

function sentenceOf({ part, line, column, message }: TemplateFault): string {
  return `${part}, line ${line}, column ${column}: ${message}`;
}
