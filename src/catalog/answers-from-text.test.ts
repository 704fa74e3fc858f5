import { expect, it } from "vitest";
import { checkAnswers, type CustomField } from "./answers.ts";
import { answersFromText } from "./answers-from-text.ts";
import { toLocalDate } from "../time/local-date.ts";

const label = { en: "x" };
const rest = { label, scope: "booking", is_required: false } as const;
const fields: CustomField[] = [
  { code: "m3", type: "number", ...rest },
  { code: "lost", type: "boolean", ...rest },
  { code: "plate", type: "text", ...rest },
];

it("texts become the numbers and truth values their fields ask for, empty ones nothing", () => {
  expect(answersFromText(fields, { m3: " 1,5 ", lost: "Sì", plate: " AB1 ", other: "" })).toEqual({
    m3: 1.5,
    lost: true,
    plate: "AB1",
  });
});

it("texts that cannot be read, or belong to no field, are refused by the check", () => {
  const booking = answersFromText(fields, { m3: "many", lost: "perhaps", colour: "red" });
  const visitDate = toLocalDate("2026-03-02");
  const checked = checkAnswers(fields, { booking, participants: [], partySize: 1, visitDate });
  expect(checked.isFitting ? [] : checked.faults.map(({ path }) => path)).toEqual([
    "answers.colour",
    "answers.m3",
    "answers.lost",
  ]);
});
