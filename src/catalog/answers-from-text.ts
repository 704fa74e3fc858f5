import type { CustomField } from "./answers.ts";
import type { AnswerValue, Answers } from "./condition.ts";

const YES = new Set(["true", "yes", "1", "sì", "si", "ja", "oui"]);
const NO = new Set(["false", "no", "0", "nein", "non"]);

/**
 * Turns answers written as text (a table's cells) into what their fields ask for. Empty ones are left out; what cannot
 * be read, and codes without a field, stay text, so that `checkAnswers` names them.
 */
export function answersFromText(
  fields: readonly CustomField[],
  texts: Readonly<Record<string, string>>,
): Answers {
  const answered = Object.entries(texts).filter(([, text]) => text.trim() !== "");
  return Object.fromEntries(
    answered.map(([code, text]) => {
      const field = fields.find((one) => one.code === code);
      return [code, field ? readAnswer(field, text.trim()) : text];
    }),
  );
}

function readAnswer(field: CustomField, text: string): AnswerValue {
  switch (field.type) {
    case "number":
      return /^-?\d{1,9}([.,]\d{1,6})?$/.test(text) ? Number(text.replace(",", ".")) : text;
    case "boolean": {
      const word = text.toLowerCase();
      return YES.has(word) ? true : NO.has(word) ? false : text;
    }
    case "text":
    case "date":
    case "choice":
      return text;
  }
}
