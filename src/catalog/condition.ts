/** When a field, a document or a fee applies: small expressions over answers and the size of the party. */

/** The answer to one custom field. Dates are `YYYY-MM-DD`, choices the code of the choice. */
export type AnswerValue = string | number | boolean;

/** Answers by the code of their field. */
export type Answers = Readonly<Record<string, AnswerValue>>;

/** True of the answer of one field, of all or any of some conditions, or of a party of some size. */
export type Condition =
  | { readonly field: string; readonly equals: AnswerValue }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly party_size_min: number };

/** Deepest nesting of a condition; a condition without `all` or `any` has depth 1. */
export const CONDITION_DEPTH_MAX = 4;

/** Most parts of one condition, counting `all` and `any` themselves. */
export const CONDITION_PARTS_MAX = 30;

/** What a condition is judged on. */
export type ConditionFacts = { readonly answers: Answers; readonly partySize: number };

/** Tells whether the condition holds. A field without an answer equals nothing. */
export function conditionHolds(condition: Condition, facts: ConditionFacts): boolean {
  if ("all" in condition) return condition.all.every((part) => conditionHolds(part, facts));
  if ("any" in condition) return condition.any.some((part) => conditionHolds(part, facts));
  if ("party_size_min" in condition) return facts.partySize >= condition.party_size_min;
  return (
    Object.hasOwn(facts.answers, condition.field) &&
    facts.answers[condition.field] === condition.equals
  );
}

/** The conditions on single fields within a condition, outermost first. */
export function fieldConditionsOf(
  condition: Condition,
): readonly { readonly field: string; readonly equals: AnswerValue }[] {
  if ("all" in condition) return condition.all.flatMap(fieldConditionsOf);
  if ("any" in condition) return condition.any.flatMap(fieldConditionsOf);
  return "field" in condition ? [condition] : [];
}

/** How many parts a condition has, itself included. */
export function countConditionParts(condition: Condition): number {
  const parts = "all" in condition ? condition.all : "any" in condition ? condition.any : [];
  return 1 + parts.reduce((sum, part) => sum + countConditionParts(part), 0);
}
