import { expect, test } from "vitest";
import { schedulingSubscription } from "./subscriptions.ts";

const tenantId = "018f0000-0000-7000-8000-000000000001";
const subjectId = "018f0000-0000-7000-8000-000000000002";

function jobsFor(kind: string, subjectKind: string) {
  const event = { tenantId, id: "e1", kind, subjectKind, subjectId, subjectVersion: 1, body: {} };
  return schedulingSubscription
    .jobsOf(event, () => "outbox-e1-1")
    .map(({ stored }) => ({ name: stored.name, data: stored.data, id: stored.opts.jobId }));
}

test("a change of one resource starts its generation, under the relay's id", () => {
  expect(jobsFor("schedule.changed", "resource")).toEqual([
    {
      name: "generate-slots",
      data: { tenant_id: tenantId, resource_id: subjectId, cause: "e1" },
      id: "outbox-e1-1",
    },
  ]);
});

test.each([
  ["site", { site_id: subjectId }],
  ["service", { service_id: subjectId }],
  ["tenant", {}],
  ["local_holiday", {}],
])("a change of a %s starts one job that finds the resources", (subjectKind, scope) => {
  expect(jobsFor("schedule.changed", subjectKind)).toEqual([
    {
      name: "follow-schedule",
      data: { tenant_id: tenantId, ...scope, cause: "e1" },
      id: "outbox-e1-1",
    },
  ]);
});
