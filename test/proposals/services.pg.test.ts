import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { expectStatus, problemOf } from "../support/schedule-world.ts";
import { createProposalWorld, type ProposalWorld } from "./proposal-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
const eight = "2026-06-03T06:00:00Z";
let world: ProposalWorld;
beforeAll(async () => {
  world = await createProposalWorld(now);
});
afterAll(() => world.app.close());

const resource = z.looseObject({ version: z.number(), service_ids: z.array(z.string()) });

/** One desk for one service, and one that offers another besides; the second of two visits sits at the latter. */
async function addDesks(plainCapacity: number) {
  const { siteId, serviceId, desks, book } = await world.addCounter([{ capacity: plainCapacity }]);
  const other = await world.addService({ duration_minutes: 30 });
  const both = await world.addResource(siteId, { service_ids: [serviceId, other] });
  await world.addOpening(both, { capacity: 1, starts_on: "2026-06-01" });
  return { siteId, serviceId, other, plain: desks[0] ?? "", both, book };
}

async function changeServices(id: string, serviceIds: readonly string[]) {
  const { version } = expectStatus(await world.call("GET", `/resources/${id}`), 200).as(resource);
  return { kind: "change_services", resource_id: id, service_ids: serviceIds, version };
}

test("who is at a desk that no longer offers what he is booked for moves where there is room", async () => {
  const { other, plain, both, book, siteId } = await addDesks(1);
  const first = await book(eight);
  const second = await book(eight);
  expect((await world.stateOf(second)).resources).toEqual([both]);
  await world.call("POST", `/appointments/${first}/cancel`, { reason: "not_needed" });
  const proposal = await world.propose(await changeServices(both, [other]));
  expect(await world.outcomesOf(proposal.id)).toEqual({ [second]: "moves" });
  expect((await world.apply(proposal)).status).toBe(200);
  expect(await world.stateOf(second)).toEqual({
    support: "supported",
    counted: true,
    resources: [plain],
  });
  expect((await world.call("GET", `/appointments/conflicts?site=${siteId}`)).body).toMatchObject({
    items: [],
  });
});

test("who cannot comes into conflict with that reason, and back when it is offered again", async () => {
  const { serviceId, other, both, book, siteId } = await addDesks(1);
  await book(eight);
  const second = await book(eight);
  const taking = await world.propose(await changeServices(both, [other]));
  expect(await world.outcomesOf(taking.id)).toEqual({ [second]: "conflict" });
  expect((await world.apply(taking)).status).toBe(200);
  const list = await world.call("GET", `/appointments/conflicts?site=${siteId}`);
  expect(list.body).toMatchObject({
    items: [{ id: second, reasons: [{ kind: "not_offered", resource_id: both }] }],
  });
  const giving = await world.propose(await changeServices(both, [serviceId, other]));
  expect(await world.outcomesOf(giving.id)).toEqual({ [second]: "returns" });
  expect((await world.apply(giving)).status).toBe(200);
  expect(await world.stateOf(second)).toEqual({
    support: "supported",
    counted: true,
    resources: [both],
  });
});

test("more places do not bring back who is not served there", async () => {
  const { other, both, book } = await addDesks(1);
  await book(eight);
  const second = await book(eight);
  await world.apply(await world.propose(await changeServices(both, [other])));
  const { rows } = await world.app.sql("SELECT id, version FROM openings WHERE resource_id = $1", [
    both,
  ]);
  const opening = z.object({ id: z.string(), version: z.number() }).parse(rows[0]);
  const growing = await world.propose({
    kind: "change_opening",
    id: opening.id,
    change: { version: opening.version, capacity: 3 },
  });
  expect(await world.outcomesOf(growing.id)).toEqual({});
  await world.apply(growing);
  expect((await world.stateOf(second)).support).toBe("conflict");
});

test("an old version of the resource is refused", async () => {
  const { other, both } = await addDesks(1);
  const change = { ...(await changeServices(both, [other])), version: 9 };
  const answer = await world.call("POST", "/schedule-proposals", { changes: [change] });
  expect([answer.status, problemOf(answer)]).toEqual([409, "conflicting-change"]);
});
