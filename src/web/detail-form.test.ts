import { expect, test } from "vitest";
import type { CustomField } from "../catalog/answers.ts";
import type { Service } from "../catalog/services/service.ts";
import { toLocalDate } from "../time/local-date.ts";
import { type FormSubject, judgeForm, questionsThatApply, readForm } from "./detail-form.ts";

const lost: CustomField = {
  code: "lost",
  label: { it: "Persa?" },
  type: "boolean",
  scope: "participant",
  is_required: true,
};
const report: CustomField = {
  code: "report",
  label: { it: "Denuncia" },
  type: "text",
  scope: "participant",
  is_required: true,
  when: { field: "lost", equals: true },
};
const volume: CustomField = {
  code: "volume",
  label: { it: "Metri cubi" },
  type: "number",
  scope: "booking",
  is_required: true,
  max: 2,
};

function subject(fields: readonly CustomField[], partySize = 1): FormSubject {
  return {
    service: serviceWith(fields),
    partySize,
    visitDate: toLocalDate("2026-12-01"),
    country: "IT",
  };
}

test("a name alone is enough where the service asks for nothing", () => {
  const { faults, data } = judgeForm(subject([]), { booker_name: "Ada" });
  expect(faults).toEqual([]);
  expect(data?.booker).toEqual({ name: "Ada" });
  expect(data?.participants).toEqual([{ name: "Ada", answers: {} }]);
});

test("without a name the booking is not made", () => {
  const { faults, data } = judgeForm(subject([]), {});
  expect(faults).toEqual([{ name: "booker_name", reason: "name_missing" }]);
  expect(data).toBeUndefined();
});

test("who books for somebody else names that person, who is then the participant", () => {
  const form = { booker_name: "Ada", for_whom: "other" };
  expect(judgeForm(subject([]), form).faults).toEqual([
    { name: "for_name", reason: "name_missing" },
  ]);
  const { data } = judgeForm(subject([]), { ...form, for_name: "Bea" });
  expect(data?.participants[0]?.name).toBe("Bea");
});

test("a name typed for somebody else is left out when the booking is for oneself after all", () => {
  const { data } = judgeForm(subject([]), {
    booker_name: "Ada",
    for_whom: "self",
    for_name: "Bea",
  });
  expect(data?.participants[0]?.name).toBe("Ada");
});

test.each([
  ["email", "nobody", "email"],
  ["phone", "12", "phone"],
] as const)("a contact that cannot work is named: %s %s", (name, value, reason) => {
  expect(judgeForm(subject([]), { booker_name: "Ada", [name]: value }).faults).toEqual([
    { name, reason },
  ]);
});

test("numbers are read with comma or point; what is no number is refused at its field", () => {
  for (const typed of ["1,5", "1.5"]) {
    const { data } = judgeForm(subject([volume]), { booker_name: "Ada", "a-volume": typed });
    expect(data?.answers).toEqual({ volume: 1.5 });
  }
  for (const typed of ["2,1", "1e9", "zwei", ""]) {
    const { faults } = judgeForm(subject([volume]), { booker_name: "Ada", "a-volume": typed });
    expect(faults).toEqual([{ name: "a-volume", reason: "answer" }]);
  }
});

test("a question with a condition applies to the person whose answers fulfil it", () => {
  const names = questionsThatApply(subject([lost, report], 2), { "p2-a-lost": "yes" }).map(
    ({ name }) => name,
  );
  expect(names).toEqual(["p1-a-lost", "p2-a-lost", "p2-a-report"]);
});

test("an answer to a question that no longer applies is not booked", () => {
  const form = { booker_name: "Ada", "p1-a-lost": "no", "p1-a-report": "PV 1" };
  expect(judgeForm(subject([lost, report]), form).data?.participants[0]?.answers).toEqual({
    lost: false,
  });
});

test("controls that the form does not have are dropped, and text becomes one clean line", () => {
  const sent = new URLSearchParams({
    booker_name: " A\u0000d\u202Ea\r\nB ",
    admin: "yes",
    "p9-name": "Zoe",
  });
  expect(readForm(subject([]), sent)).toEqual({ booker_name: "A d a  B" });
});

function serviceWith(fields: readonly CustomField[]): Service {
  return {
    id: "0190a000-0000-7000-8000-000000000000",
    code: "prova",
    version: 1,
    is_retired: false,
    name: { it: "Prova" },
    description: {},
    noun: "appointment",
    visibility: "public",
    duration_minutes: 15,
    extra_minutes_per_person: 0,
    buffer_before_minutes: 0,
    buffer_after_minutes: 0,
    places_per_person: 0,
    party_size_max: 4,
    roles: ["desk"],
    leg_gap_max_minutes: 30,
    notice_minutes: 0,
    horizon_days: 60,
    publication_time: "00:00",
    publication_portions: null,
    cancel_limit_minutes: 0,
    change_limit_minutes: 0,
    hold_ttl_seconds: 180,
    is_scarce: false,
    cool_down_seconds: 0,
    valid_until_rules: [],
    eligibility_list_id: null,
    eligibility_field: null,
    fields,
    documents: [],
    fees: [],
    late_note: {},
  };
}
