import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { newCode, problemOf } from "../support/schedule-world.ts";
import { type Counter, createProposalWorld, type ProposalWorld } from "./proposal-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
const wednesday = { starts_on: "2026-06-03", ends_on: "2026-06-03" };
const starts = ["06:00", "06:30", "07:00", "07:30"].map((time) => `2026-06-03T${time}:00Z`);
const rounds = 12;
let world: ProposalWorld;
beforeAll(async () => {
  world = await createProposalWorld(now);
});
afterAll(() => world.app.close());

const thing = z.looseObject({ id: z.string() });

/** Books every start of the closed day at once, some of which come too late. */
async function bookAll(counter: Counter): Promise<string[]> {
  const answers = await Promise.all(
    starts.map((startsAt) =>
      world.app.api("POST", "/appointments", {
        key: world.app.widgetKey,
        body: {
          services: [counter.serviceId],
          site: counter.siteId,
          starts_at: startsAt,
          booker: { name: "Ada Rossi" },
        },
      }),
    ),
  );
  return answers
    .filter(({ status }) => status === 201)
    .map((answer) => answer.as(z.looseObject({ appointment: thing })).appointment.id);
}

async function conflictsAt(siteId: string): Promise<string[]> {
  const { rows } = await world.app.sql(
    "SELECT id FROM appointments WHERE site_id = $1 AND support = 'conflict' ORDER BY id",
    [siteId],
  );
  return rows.map((row) => thing.parse(row).id);
}

const closing = (siteId: string) => ({ code: newCode(), site_id: siteId, ...wednesday });

test("whoever books while a proposal is applied is refused, or was shown, or the proposal is", async () => {
  const outcomes: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const counter = await world.addCounter([{ capacity: 2 }]);
    const known = await counter.book(starts[0] ?? "");
    const proposal = await world.propose({
      kind: "create_closure",
      closure: closing(counter.siteId),
    });
    const [applied, booked] = await Promise.all([world.apply(proposal), bookAll(counter)]);
    const inConflict = await conflictsAt(counter.siteId);
    if (applied.status === 200) {
      expect(inConflict).toEqual([known]);
      outcomes.push(booked.length === 0 ? "applied first" : "applied");
    } else {
      expect(problemOf(applied)).toBe("proposal-stale");
      expect(inConflict).toEqual([]);
      outcomes.push("stale");
    }
  }
  expect(outcomes).toHaveLength(rounds);
});

test("the same without the guard brings people into conflict whom nobody was shown", async () => {
  let surprised = 0;
  for (let round = 0; round < 40 && surprised === 0; round += 1) {
    const counter = await world.addCounter([{ capacity: 2 }]);
    const known = await counter.book(starts[0] ?? "");
    const [, closed] = await Promise.all([
      bookAll(counter),
      world.call("POST", "/closures", closing(counter.siteId)),
    ]);
    expect(closed.status).toBe(201);
    const unseen = (await conflictsAt(counter.siteId)).filter((id) => id !== known);
    surprised += unseen.length;
  }
  expect(surprised).toBeGreaterThan(0);
});

test("two proposals about the same resource applied at once: one is applied, the other refused as stale", async () => {
  for (let round = 0; round < 6; round += 1) {
    const counter = await world.addCounter([{ capacity: 2 }]);
    await counter.book(starts[1] ?? "");
    const [a, b] = [
      await world.propose({ kind: "create_closure", closure: closing(counter.siteId) }),
      await world.propose({ kind: "lose_resource", resource_id: counter.desks[0], ...wednesday }),
    ];
    const answers = await Promise.all([world.apply(a), world.apply(b)]);
    expect(answers.map(({ status }) => status).toSorted((x, y) => x - y)).toEqual([200, 409]);
  }
});
