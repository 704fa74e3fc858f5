import { z } from "@hono/zod-openapi";
import { expect, test } from "vitest";
import { listFaults } from "./list-faults.ts";

const person = z.strictObject({ name: z.string() });
const byHold = z.strictObject({ hold_id: z.uuid(), person });
const byTime = z.strictObject({ service: z.string(), starts_at: z.iso.datetime(), person });
const either = z.strictObject({ visit: z.union([byHold, byTime]) });

function faultsOf(schema: z.ZodType, input: unknown): string[] {
  const result = schema.safeParse(input);
  return listFaults(result.error?.issues ?? []).map(({ path }) => path.join("."));
}

test("of several forms the faults are those of the one that was meant", () => {
  const visit = { service: "x", starts_at: "soon", person: { name: 1 } };
  expect(faultsOf(either, { visit })).toEqual(["visit.starts_at", "visit.person.name"]);
  const held = { hold_id: "h", person: { name: "A" } };
  expect(faultsOf(either, { visit: held })).toEqual(["visit.hold_id"]);
});

test("what is no form at all is said once", () => {
  expect(faultsOf(either, { visit: 7 })).toEqual(["visit"]);
  expect(faultsOf(z.union([z.string(), z.number()]), true)).toEqual([""]);
});

test("a field that no form knows is named", () => {
  const result = z.union([byHold, byTime]).safeParse({ hold_id: "1", person: { name: "A" }, x: 1 });
  expect(listFaults(result.error?.issues ?? []).map(({ message }) => message)).toEqual([
    expect.stringMatching(/uuid/i),
    expect.stringMatching(/"x"/),
  ]);
});
