import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, toLocalDate } from "../time/local-date.ts";
import {
  checkAnswers,
  type CustomField,
  documentsThatApply,
  feesThatApply,
  type SentAnswers,
} from "./answers.ts";
import { type Answers, type Condition, conditionHolds } from "./condition.ts";

const visitDate = toLocalDate("2026-03-02");

function field(code: string, rest: Partial<CustomField> = {}): CustomField {
  return { code, label: { en: code }, type: "text", scope: "booking", is_required: false, ...rest };
}

function sent(rest: Partial<SentAnswers>): SentAnswers {
  return { booking: {}, participants: [], partySize: 1, visitDate, ...rest };
}

function faultsOf(fields: CustomField[], answers: Partial<SentAnswers>): Record<string, string> {
  const checked = checkAnswers(fields, sent(answers));
  return checked.isFitting
    ? {}
    : Object.fromEntries(checked.faults.map((f) => [f.path, f.message]));
}

function fittingOf(fields: CustomField[], answers: Partial<SentAnswers>) {
  const checked = checkAnswers(fields, sent(answers));
  if (!checked.isFitting) throw new Error(JSON.stringify(checked.faults));
  return checked.answers;
}

describe("answers", () => {
  it("of unknown fields are refused by their path", () => {
    expect(faultsOf([], { booking: { colour: "red" } })).toEqual({
      "answers.colour": "No such field.",
    });
    expect(faultsOf([field("a")], { participants: [{ a: "x" }] })).toHaveProperty([
      "participants.0.answers.a",
    ]);
  });

  it("that are needed and missing or blank are named, for every person of the party", () => {
    const fields = [
      field("a", { is_required: true }),
      field("b", { is_required: true, scope: "participant" }),
    ];
    const faults = faultsOf(fields, {
      booking: { a: "  " },
      participants: [{ b: "x" }],
      partySize: 2,
    });
    expect(Object.keys(faults)).toEqual(["answers.a", "participants.1.answers.b"]);
  });

  it("for more people than the party has are refused", () => {
    expect(faultsOf([], { participants: [{}, {}] })).toHaveProperty("participants");
  });

  it("keep to the smallest and largest number, both included", () => {
    const volume = [field("m3", { type: "number", min: 0, max: 2 })];
    expect(fittingOf(volume, { booking: { m3: 2 } }).booking).toEqual({ m3: 2 });
    expect(faultsOf(volume, { booking: { m3: 2.01 } })).toEqual({ "answers.m3": "At most 2." });
    expect(faultsOf(volume, { booking: { m3: -1 } })).toEqual({ "answers.m3": "At least 0." });
    expect(faultsOf(volume, { booking: { m3: Number.NaN } })).toHaveProperty(["answers.m3"]);
    expect(faultsOf(volume, { booking: { m3: "1" } })).toHaveProperty(["answers.m3"]);
  });

  it("are trimmed, composed and limited in length", () => {
    const fields = [field("plate", { max_length: 7 })];
    expect(fittingOf(fields, { booking: { plate: " AB123CD " } }).booking).toEqual({
      plate: "AB123CD",
    });
    expect(faultsOf(fields, { booking: { plate: "AB123CDE" } })).toHaveProperty(["answers.plate"]);
    expect(fittingOf([field("n")], { booking: { n: "e\u0300" } }).booking).toEqual({ n: "è" });
  });

  it("with control characters or lone surrogates are refused", () => {
    for (const text of ["a\u0000b", "a\nb", "a\ud800b", "a\u202eb"]) {
      expect(faultsOf([field("t")], { booking: { t: text } })).toHaveProperty(["answers.t"]);
    }
  });

  it("that are dates may lie at most so many days after the visit", () => {
    const fields = [field("expires_on", { type: "date", days_after_visit_max: 180 })];
    const last = addDays(visitDate, 180);
    expect(fittingOf(fields, { booking: { expires_on: last } }).booking).toEqual({
      expires_on: last,
    });
    expect(faultsOf(fields, { booking: { expires_on: addDays(last, 1) } })).toHaveProperty([
      "answers.expires_on",
    ]);
    expect(faultsOf(fields, { booking: { expires_on: "2026-02-30" } })).toHaveProperty([
      "answers.expires_on",
    ]);
  });

  it("that are choices are one of the codes", () => {
    const fields = [
      field("c", { type: "choice", choices: [{ code: "lost", label: { en: "Lost" } }] }),
    ];
    expect(fittingOf(fields, { booking: { c: "lost" } }).booking).toEqual({ c: "lost" });
    expect(faultsOf(fields, { booking: { c: "sold" } })).toHaveProperty(["answers.c"]);
  });

  it("of a field whose condition does not hold are not needed and dropped", () => {
    const fields = [
      field("is_lost", { type: "boolean", is_required: true }),
      field("report", { is_required: true, when: { field: "is_lost", equals: true } }),
    ];
    expect(fittingOf(fields, { booking: { is_lost: false, report: "x" } }).booking).toEqual({
      is_lost: false,
    });
    expect(faultsOf(fields, { booking: { is_lost: true } })).toHaveProperty(["answers.report"]);
  });

  it("named like an object's own machinery are neither found nor dangerous", () => {
    for (const code of ["__proto__", "constructor", "toString"]) {
      const booking: Answers = Object.fromEntries([[code, "x"]]);
      expect(faultsOf([], { booking })).toHaveProperty([`answers.${code}`]);
      expect(conditionHolds({ field: code, equals: "x" }, { answers: {}, partySize: 1 })).toBe(
        false,
      );
    }
  });
});

const value = fc.oneof(fc.string(), fc.double(), fc.boolean());
const code = fc.constantFrom("a", "b", "c", "d");
const anyField: fc.Arbitrary<CustomField> = fc.record({
  code,
  label: fc.constant({ en: "x" }),
  type: fc.constantFrom("text", "number", "boolean", "date", "choice"),
  scope: fc.constantFrom("booking", "participant"),
  is_required: fc.boolean(),
  min: fc.option(fc.integer(), { nil: undefined }),
  max: fc.option(fc.integer(), { nil: undefined }),
  days_after_visit_max: fc.option(fc.nat(1000), { nil: undefined }),
  choices: fc.constant([{ code: "x", label: { en: "X" } }]),
  when: fc.option(fc.record({ field: code, equals: value }), { nil: undefined }),
});
const fieldList = fc.uniqueArray(anyField, { selector: (f) => f.code, maxLength: 4 });
const answers = fc.dictionary(code, value, { maxKeys: 4 });

describe("any answers to any fields", () => {
  it("either name a fault or fit, and what fits fits unchanged when sent again", () => {
    fc.assert(
      fc.property(
        fieldList,
        answers,
        fc.array(answers, { maxLength: 3 }),
        (fields, booking, people) => {
          const first = checkAnswers(fields, sent({ booking, participants: people, partySize: 3 }));
          if (!first.isFitting) {
            expect(first.faults.length).toBeGreaterThan(0);
            return;
          }
          const second = checkAnswers(fields, sent({ ...first.answers, partySize: 3 }));
          expect(second).toEqual(first);
        },
      ),
    );
  });

  it("hold after checking no code that is not a field of their scope", () => {
    fc.assert(
      fc.property(fieldList, answers, (fields, booking) => {
        const checked = checkAnswers(fields, sent({ booking }));
        if (!checked.isFitting) return;
        const known = fields.filter((f) => f.scope === "booking").map((f) => f.code);
        expect(known).toEqual(expect.arrayContaining(Object.keys(checked.answers.booking)));
      }),
    );
  });
});

describe("conditions", () => {
  const anyCondition = fc.letrec<{ node: Condition }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.record({ field: code, equals: value }),
      fc.record({ party_size_min: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ all: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie("node"), { minLength: 1, maxLength: 3 }) }),
    ),
  })).node;

  it("combine like conjunction and disjunction", () => {
    fc.assert(
      fc.property(anyCondition, anyCondition, answers, (left, right, given) => {
        const facts = { answers: given, partySize: 2 };
        const [l, r] = [conditionHolds(left, facts), conditionHolds(right, facts)];
        expect(conditionHolds({ all: [left, right] }, facts)).toBe(l && r);
        expect(conditionHolds({ any: [left, right] }, facts)).toBe(l || r);
      }),
    );
  });

  it("on the size of the party hold from that size on", () => {
    expect(conditionHolds({ party_size_min: 2 }, { answers: {}, partySize: 1 })).toBe(false);
    expect(conditionHolds({ party_size_min: 2 }, { answers: {}, partySize: 2 })).toBe(true);
  });
});

describe("documents and fees", () => {
  const fields = [
    field("is_relative", { type: "boolean" }),
    field("is_minor", { type: "boolean", scope: "participant" }),
  ];
  const visit = {
    fields,
    booking: { is_relative: true },
    participants: [{ is_minor: false }, { is_minor: true }, {}],
  };
  const when: Condition = { field: "is_minor", equals: true };

  it("without a condition apply to the visit", () => {
    expect(documentsThatApply([{ code: "card", when: undefined }], visit)).toEqual([
      { entry: { code: "card", when: undefined }, positions: null },
    ]);
  });

  it("on a participant's answer name the participants they concern", () => {
    const consent = { code: "consent", when };
    expect(documentsThatApply([consent], visit)).toEqual([{ entry: consent, positions: [2] }]);
    expect(documentsThatApply([consent], { ...visit, participants: [{}] })).toEqual([]);
  });

  it("on the booking's answers apply once", () => {
    const delegation = { code: "delegation", when: { field: "is_relative", equals: true } };
    expect(documentsThatApply([delegation], visit)).toEqual([
      { entry: delegation, positions: null },
    ]);
  });

  it("are due per person unless they are for the visit", () => {
    const fees = [
      { cents: 2000, is_per_visit: false },
      { cents: 500, is_per_visit: false, when },
      { cents: 300, is_per_visit: true },
    ];
    expect(feesThatApply(fees, visit).map((due) => [due.fee.cents, due.quantity])).toEqual([
      [2000, 3],
      [500, 1],
      [300, 1],
    ]);
  });
});
