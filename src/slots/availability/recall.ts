import type { BookingRules } from "../rules/booking-rules.ts";
import type { Moment } from "./lookout.ts";

/** What a search found, and when (epoch ms) time alone changes it. */
export interface Found<Value> {
  readonly value: Value;
  readonly changesAt: number;
}

/** Gives the same question the same answer as long as nothing that is known has changed. */
export interface Recall {
  readonly get: <Value>(
    question: { readonly name: string; readonly rules: BookingRules; readonly moment: Moment },
    find: () => Promise<Found<Value>>,
  ) => Promise<Value>;
}

interface Kept extends Found<unknown> {
  readonly edition: object;
  readonly rules: BookingRules;
  readonly foundAt: number;
}

const entriesMax = 5_000;

/** Makes an empty recall of at most 5,000 questions; the oldest leave first. A name always has values of one type. */
export function createRecall(): Recall {
  const known = new Map<string, Kept>();
  return {
    get: async <Value>(
      { name, rules, moment }: Parameters<Recall["get"]>[0],
      find: () => Promise<Found<Value>>,
    ): Promise<Value> => {
      const kept = known.get(name);
      const isTrue =
        kept?.edition === moment.edition &&
        kept.rules === rules &&
        kept.foundAt <= moment.now &&
        moment.now < kept.changesAt;
      if (kept && isTrue) return asValue<Value>(kept.value);
      const found = await find();
      known.delete(name);
      known.set(name, { ...found, edition: moment.edition, rules, foundAt: moment.now });
      const oldest = known.size > entriesMax ? known.keys().next().value : undefined;
      if (oldest !== undefined) known.delete(oldest);
      return found.value;
    },
  };
}

/** What was kept under a name was found by the same question. */
function asValue<Value>(value: unknown): Value {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- names begin with the kind of question
  return value as Value;
}
