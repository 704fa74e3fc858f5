import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { newCode, problemOf } from "../support/schedule-world.ts";
import { createProposalWorld, type ProposalWorld, proposalShape } from "./proposal-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
const wednesday = { starts_on: "2026-06-03", ends_on: "2026-06-03" };
const at = { eight: "2026-06-03T06:00:00Z", half: "2026-06-03T06:30:00Z" };
let world: ProposalWorld;
beforeAll(async () => {
  world = await createProposalWorld(now);
});
afterAll(() => world.app.close());

const closing = (scope: object, dates: object = wednesday) => ({
  kind: "create_closure",
  closure: { code: newCode(), ...scope, ...dates },
});

/** Rows of every table that a change of rules or slots writes. */
async function everything(): Promise<unknown> {
  const tables = ["openings", "closures", "day_marks", "slots", "allocations", "appointments"];
  const { rows } = await world.app.sql(
    tables
      .map(
        (name) =>
          `SELECT '${name}' AS name, md5(string_agg(t::text, '/' ORDER BY t::text)) FROM ${name} t`,
      )
      .join(" UNION ALL "),
  );
  return rows;
}

describe("computing", () => {
  test("shows whom a closure hits, day by day, and changes nothing", async () => {
    const { siteId, book } = await world.addCounter([{ capacity: 2 }]);
    const told = await book(at.eight, { booker: { name: "Ada", email: "ada@example.org" } });
    const silent = await book(at.half);
    const before = await everything();
    const proposal = await world.propose(closing({ site_id: siteId }));
    expect(await everything()).toEqual(before);
    const counts = { slots_lost: 4, places_lost: 8, conflicts: 2, conflicts_without_contact: 1 };
    expect(proposal).toMatchObject({
      status: "computed",
      totals: counts,
      days: [{ site_id: siteId, date: "2026-06-03", ...counts }],
      sample: [{ id: told }, { id: silent }],
    });
    expect(await world.outcomesOf(proposal.id)).toEqual({
      [told]: "conflict",
      [silent]: "conflict",
    });
  });

  test("lists who has no contact apart", async () => {
    const { siteId, book } = await world.addCounter([{ capacity: 2 }]);
    await book(at.eight, { booker: { name: "Ada", email: "ada@example.org" } });
    const silent = await book(at.half);
    const { id } = await world.propose(closing({ site_id: siteId }));
    const path = `/schedule-proposals/${id}/appointments?outcome=conflict&has_contact=false`;
    const list = await world.call("GET", path);
    expect(list.body).toMatchObject({ items: [{ id: silent, has_email: false }] });
  });

  test("writes nothing into the audit but that it was computed", async () => {
    const { siteId } = await world.addCounter([{ capacity: 1 }]);
    const kinds = async () =>
      (await world.app.sql("SELECT kind FROM audit_events ORDER BY id")).rows.map(
        (row) => row["kind"],
      );
    const before = await kinds();
    await world.propose(closing({ site_id: siteId }));
    expect((await kinds()).slice(before.length)).toEqual(["proposal.computed"]);
  });

  test("a lost desk's appointments move to the free desk beside it and keep their time", async () => {
    const { desks, book } = await world.addCounter([{ capacity: 1 }, { capacity: 1 }]);
    const id = await book(at.eight);
    const [desk = ""] = (await world.stateOf(id)).resources;
    const lost = { kind: "lose_resource", resource_id: desk, ...wednesday };
    const proposal = await world.propose(lost);
    expect(proposal.totals).toMatchObject({ moves: 1, conflicts: 0, slots_lost: 4 });
    const applied = await world.apply(proposal);
    expect(applied.status).toBe(200);
    const other = desks.find((one) => one !== desk);
    expect(await world.stateOf(id)).toEqual({
      support: "supported",
      counted: true,
      resources: [other],
    });
    const { rows } = await world.app.sql(
      "SELECT kind FROM audit_events WHERE subject_id = $1 ORDER BY id",
      [id],
    );
    expect(rows.map((row) => row["kind"])).toEqual([
      "appointment.booked",
      "appointment.reassigned",
    ]);
  });

  test("who was told his desk is not moved", async () => {
    const { book } = await world.addCounter([{ capacity: 1 }, { capacity: 1 }]);
    const id = await book(at.eight);
    await world.app.sql("UPDATE appointments SET is_pinned = true WHERE id = $1", [id]);
    const [desk = ""] = (await world.stateOf(id)).resources;
    const { totals } = await world.propose({
      kind: "lose_resource",
      resource_id: desk,
      ...wednesday,
    });
    expect(totals).toMatchObject({ moves: 0, conflicts: 1 });
  });

  test("another opening in the same proposal takes over who would lose his place", async () => {
    const { desks, siteId, serviceId, book } = await world.addCounter([{ capacity: 1 }]);
    const id = await book(at.eight);
    const spare = await world.addResource(siteId, { service_ids: [serviceId] });
    const proposal = await world.propose(
      { kind: "lose_resource", resource_id: desks[0], ...wednesday },
      {
        kind: "create_opening",
        opening: {
          resource_id: spare,
          code: newCode(),
          kind: "extra",
          ...wednesday,
          start_time: "08:00",
          end_time: "10:00",
          capacity: 1,
        },
      },
    );
    expect(proposal.totals).toMatchObject({
      slots_lost: 4,
      slots_gained: 4,
      moves: 1,
      conflicts: 0,
    });
    expect((await world.apply(proposal)).status).toBe(200);
    expect((await world.stateOf(id)).resources).toEqual([spare]);
  });

  test("what the verbs refuse is refused, with nothing kept", async () => {
    const { desks } = await world.addCounter([{ capacity: 1 }]);
    const opening = {
      resource_id: desks[0],
      code: newCode(),
      rrule: "FREQ=DAILY",
      starts_on: "2026-06-01",
      start_time: "09:00",
      end_time: "11:00",
      capacity: 1,
    };
    const answer = await world.call("POST", "/schedule-proposals", {
      changes: [{ kind: "create_opening", opening }],
    });
    expect([answer.status, problemOf(answer)]).toEqual([409, "openings-overlap"]);
  });

  test("more than 500 resources or 30,000 slots are refused in words", async () => {
    const { siteId, serviceId } = await world.addOffice({ service: { horizon_days: 730 } });
    const ids = await Promise.all(
      [1, 2].map(() => world.addResource(siteId, { service_ids: [serviceId], cell_minutes: 5 })),
    );
    const changes = ids.map((resource_id) => ({
      kind: "create_opening",
      opening: {
        resource_id,
        code: newCode(),
        rrule: "FREQ=DAILY",
        starts_on: "2026-06-01",
        start_time: "08:00",
        end_time: "18:00",
        capacity: 1,
      },
    }));
    const answer = await world.call("POST", "/schedule-proposals", { changes });
    expect([answer.status, problemOf(answer)]).toEqual([422, "proposal-too-large"]);
  });
});

describe("when capacity shrinks and comes back", () => {
  test("the oldest keep their places, and the oldest in conflict come back first", async () => {
    const { siteId, resourceId, book } = await world.addOffice();
    const opening = await world.addOpening(resourceId, { capacity: 4, starts_on: "2026-06-01" });
    const people = [];
    for (let i = 0; i < 4; i += 1) people.push(await book(at.eight));
    const [first = "", second = "", third = "", fourth = ""] = people;
    const to = (version: number, capacity: number) => ({
      kind: "change_opening",
      id: opening.id,
      change: { version, capacity },
    });
    const shrinking = await world.propose(to(1, 1));
    expect(shrinking.totals).toMatchObject({ stays: 1, conflicts: 3 });
    expect(await world.outcomesOf(shrinking.id)).toEqual({
      [first]: "stays",
      [second]: "conflict",
      [third]: "conflict",
      [fourth]: "conflict",
    });
    await world.apply(shrinking);
    const growing = await world.propose(to(2, 3));
    expect(await world.outcomesOf(growing.id)).toEqual({ [second]: "returns", [third]: "returns" });
    await world.apply(growing);
    const list = await world.call("GET", `/appointments/conflicts?site=${siteId}`);
    expect(list.body).toMatchObject({ items: [{ id: fourth }] });
  });
});

test("who was taken over by another desk is as old there as before", async () => {
  const { desks, book } = await world.addCounter([{ capacity: 1 }, { capacity: 2 }]);
  const older = await book(at.eight);
  const [desk = ""] = (await world.stateOf(older)).resources;
  const other = desks.find((one) => one !== desk) ?? "";
  await world.app.sql("UPDATE openings SET capacity = 2 WHERE resource_id = $1", [other]);
  await world.app.sql("UPDATE slots SET capacity = 2 WHERE resource_id = $1", [other]);
  const newer = await book(at.eight);
  expect((await world.stateOf(newer)).resources).toEqual([other]);
  const lost = { kind: "lose_resource", resource_id: desk, ...wednesday };
  await world.apply(await world.propose(lost));
  const { rows } = await world.app.sql("SELECT id FROM openings WHERE resource_id = $1", [other]);
  const shrinking = await world.propose({
    kind: "change_opening",
    id: String(rows[0]?.["id"]),
    change: { version: 1, capacity: 1 },
  });
  expect(await world.outcomesOf(shrinking.id)).toEqual({ [older]: "stays", [newer]: "conflict" });
});

describe("applying", () => {
  test("happens once, however often it is asked for, and keeps the rules' versions", async () => {
    const { resourceId } = await world.addOffice();
    const opening = await world.addOpening(resourceId, { capacity: 2 });
    const change = { kind: "change_opening", id: opening.id, change: { version: 1, capacity: 1 } };
    const proposal = await world.propose(change);
    const answers = await Promise.all([world.apply(proposal), world.apply(proposal)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await world.apply(proposal)).body).toMatchObject({ status: "applied" });
    const { rows } = await world.app.sql(
      "SELECT version, body->>'capacity' AS capacity FROM opening_versions WHERE opening_id = $1 ORDER BY version",
      [opening.id],
    );
    expect(rows).toEqual([
      { version: 1, capacity: "2" },
      { version: 2, capacity: "1" },
    ]);
  });

  test("is refused with the new numbers when somebody booked who would lose his place", async () => {
    const { siteId, book } = await world.addCounter([{ capacity: 2 }]);
    await book(at.eight);
    const proposal = await world.propose(closing({ site_id: siteId }));
    const newer = await book(at.half);
    const before = await everything();
    const refused = await world.apply(proposal);
    expect([refused.status, problemOf(refused)]).toEqual([409, "proposal-stale"]);
    expect(await everything()).toEqual(before);
    const { proposal: shown } = refused.as(z.looseObject({ proposal: proposalShape }));
    expect(shown).toMatchObject({ id: proposal.id, status: "computed", totals: { conflicts: 2 } });
    expect((await world.apply(shown)).body).toMatchObject({ status: "applied" });
    expect((await world.stateOf(newer)).support).toBe("conflict");
  });

  test("does not mind bookings that keep their places, nor those cancelled since", async () => {
    const { siteId, desks, book } = await world.addCounter([{ capacity: 1 }, { capacity: 2 }]);
    const cancelled = await book(at.eight);
    const [desk = ""] = (await world.stateOf(cancelled)).resources;
    const proposal = await world.propose({
      kind: "lose_resource",
      resource_id: desk,
      ...wednesday,
    });
    const body = { reason: "not_needed" };
    await world.call("POST", `/appointments/${cancelled}/cancel`, body);
    await book("2026-06-04T06:00:00Z");
    expect(desks).toContain(desk);
    expect((await world.apply(proposal)).status).toBe(200);
    expect(siteId).toBeTruthy();
  });

  test("is refused when somebody else changed the rules in between", async () => {
    const { siteId, desks } = await world.addCounter([{ capacity: 2 }]);
    const proposal = await world.propose(closing({ site_id: siteId }));
    await world.addClosure({
      resource_id: desks[0],
      starts_on: "2026-06-05",
      ends_on: "2026-06-05",
    });
    expect(problemOf(await world.apply(proposal))).toBe("proposal-stale");
  });

  test("is refused with a snapshot that was not shown", async () => {
    const { siteId } = await world.addCounter([{ capacity: 2 }]);
    const { id } = await world.propose(closing({ site_id: siteId }));
    expect(problemOf(await world.apply({ id, snapshot: "0".repeat(64) }))).toBe("proposal-stale");
  });

  test("is refused after it was dropped or has expired", async () => {
    const { siteId } = await world.addCounter([{ capacity: 2 }]);
    const dropped = await world.propose(closing({ site_id: siteId }));
    for (let i = 0; i < 2; i += 1) {
      const answer = await world.call("DELETE", `/schedule-proposals/${dropped.id}`);
      expect(answer.status).toBe(204);
    }
    expect(problemOf(await world.apply(dropped))).toBe("proposal-over");
    const late = await world.propose(closing({ site_id: siteId }));
    await world.setClock("2026-06-02T06:30:00Z");
    const answer = await world.apply(late);
    await world.setClock(now);
    expect(problemOf(answer)).toBe("proposal-over");
  });

  test("an applied proposal cannot be dropped", async () => {
    const { siteId } = await world.addCounter([{ capacity: 2 }]);
    const proposal = await world.propose(closing({ site_id: siteId }));
    await world.apply(proposal);
    const answer = await world.call("DELETE", `/schedule-proposals/${proposal.id}`);
    expect([answer.status, problemOf(answer)]).toEqual([409, "proposal-over"]);
  });
});
