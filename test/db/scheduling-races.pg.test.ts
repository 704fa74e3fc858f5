import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { generateSlots } from "../../src/scheduling/generate-slots.ts";
import {
  changedThing,
  createScheduleWorld,
  type Office,
  type ScheduleWorld,
} from "../support/schedule-world.ts";

const thing = z.looseObject({ id: z.string() });

let world: ScheduleWorld;
beforeAll(async () => {
  world = await createScheduleWorld("2026-06-01T06:00:00Z");
});
afterAll(() => world.app.close());

const days = ["2026-06-03", "2026-06-04", "2026-06-05"];
const hours = ["06", "07", "08", "09", "10", "11"];

/** Deterministic choice, so that a failure can be repeated. */
function pick<T>(list: readonly T[], n: number): T {
  const chosen = list[(n * 7919) % list.length];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
}

type Outcome = { readonly id?: string; readonly status: number };

async function tryToBook({ visit }: Office, n: number): Promise<Outcome> {
  const startsAt = `${pick(days, n)}T${pick(hours, n * 3 + 1)}:${n % 2 === 0 ? "00" : "30"}:00Z`;
  const answer = await world.app.api("POST", "/appointments", {
    key: world.app.widgetKey,
    body: { ...visit(startsAt), booker: { name: "Ada Rossi" } },
  });
  if (answer.status !== 201) return { status: answer.status };
  return { status: 201, id: answer.as(z.looseObject({ appointment: thing })).appointment.id };
}

/** Shrinks, grows, closes and opens again, each change through the API. */
async function unsettle(
  { resourceId }: Office,
  openingId: string,
  rounds: number,
): Promise<number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const on = pick(days, round);
    const closure = await world.call("POST", "/closures", {
      code: `lampo-${openingId.slice(-6)}-${round}`,
      resource_id: resourceId,
      starts_on: on,
      ends_on: on,
      start_time: "09:00",
      end_time: "11:00",
    });
    const change = await world.call("PATCH", `/openings/${openingId}`, {
      version: round + 1,
      capacity: 1 + ((round + 1) % 4),
    });
    const { id } = changedThing(closure, "closure");
    const lifted = await world.call("DELETE", `/closures/${id}`);
    statuses.push(closure.status, change.status, lifted.status);
  }
  return statuses;
}

async function keepGenerating(resourceId: string, isOver: () => boolean): Promise<void> {
  const { deps, tenant } = world.app;
  const context = { tenant, actor: { kind: "system" }, requestId: "test" } as const;
  while (!isOver()) await generateSlots(deps, context, { resourceId });
}

test("bookings go on while openings shrink, close and grow: nothing is oversold or lost", async () => {
  const office = await world.addOffice({ service: { duration_minutes: 90 } });
  const opening = await world.addOpening(office.resourceId, { capacity: 4, end_time: "15:00" });
  let isOver = false;
  const generators = [1, 2].map(() => keepGenerating(office.resourceId, () => isOver));
  const changes = unsettle(office, opening.id, 12);
  const citizens = [0, 1, 2, 3].map(async (citizen) => {
    const outcomes: Outcome[] = [];
    for (let n = 0; n < 30; n += 1) outcomes.push(await tryToBook(office, citizen * 31 + n));
    return outcomes;
  });
  const outcomes = (await Promise.all(citizens)).flat();
  const changed = await changes;
  isOver = true;
  await Promise.all(generators);

  expect(changed.filter((status) => status >= 300)).toEqual([]);
  const booked = outcomes.filter(({ status }) => status === 201).map(({ id }) => id);
  const refused = outcomes.filter(({ status }) => status !== 201).map(({ status }) => status);
  expect(booked.length).toBeGreaterThan(5);
  expect(refused.filter((status) => status !== 409 && status !== 422)).toEqual([]);
  await expectSound(office, booked);
});

async function expectSound({ resourceId }: Office, booked: readonly (string | undefined)[]) {
  const slots = await world.app.sql(
    `SELECT s.id, s.capacity, s.taken, coalesce(sum(a.units) FILTER (WHERE a.is_counted), 0)::int AS counted
       FROM slots s
       LEFT JOIN allocations a ON a.slot_id = s.id
      WHERE s.resource_id = $1
      GROUP BY s.tenant_id, s.id
     HAVING s.taken <> coalesce(sum(a.units) FILTER (WHERE a.is_counted), 0) OR s.taken > s.capacity`,
    [resourceId],
  );
  expect(slots.rows).toEqual([]);
  const appointments = await world.app.sql(
    `SELECT p.id, p.status, p.support, count(a.id)::int AS cells,
            count(a.id) FILTER (WHERE a.is_counted)::int AS counted
       FROM appointments p
       LEFT JOIN allocations a ON a.owner_id = p.id
      WHERE p.id = ANY ($1)
      GROUP BY p.tenant_id, p.id`,
    [booked],
  );
  expect(appointments.rows).toHaveLength(booked.length);
  for (const row of appointments.rows) {
    const counted = row["support"] === "supported" ? 3 : 0;
    expect(row).toMatchObject({ status: "booked", cells: 3, counted });
  }
}
