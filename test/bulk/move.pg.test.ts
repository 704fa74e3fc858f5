import { afterAll, expect, test } from "vitest";
import { many } from "../support/many.ts";
import { patient } from "../support/test-app.ts";
import { buildTown, checkCounters, daysAhead } from "../support/town.ts";
import { createBulkWorld, dayOf } from "./bulk-world.ts";

const firstSlot = daysAhead(20);
const nextDay = daysAhead(21);
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
const key = app.adminKey;
afterAll(() => world.close());

// Another day at the same desk: three cells of two places, one of them taken.
await app.sql(
  `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode, capacity)
   SELECT tenant_id, resource_id, opening_id, starts_at + interval '1 day', ends_at + interval '1 day', local_date + 1,
     ordinal, true, 'bookable', 2
   FROM slots ORDER BY starts_at LIMIT 3`,
);

const moveDay = {
  kind: "move",
  is_urgent: true,
  filter: dayOf(firstSlot),
  move: { from: dayOf(nextDay).from, to: dayOf(nextDay).to },
  texts: { it: "Ci trasferiamo di un giorno." },
};

function at(day: Date, minutes: number): string {
  return new Date(day.getTime() + minutes * 60_000).toISOString();
}

async function startOf(id: string): Promise<string> {
  const { rows } = await app.sql("SELECT starts_at FROM appointments WHERE id = $1", [id]);
  return new Date(String(rows[0]?.["starts_at"])).toISOString();
}

test("visits move to the first times that fit, keep their order and stay whole; what fits nowhere stays and is listed", async () => {
  const taken = await app.api("POST", "/appointments", {
    key,
    body: {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: at(nextDay, 0),
      booker: { name: "Zoe Verdi" },
    },
  });
  expect(taken.status).toBe(201);
  const late = await world.book({ email: "last@example.org" }, 90);
  const first = await world.book({ email: "first@example.org" }, 0);
  const second = await world.book({ email: "second@example.org" }, 15);
  const third = await world.book({ email: "third@example.org" }, 30);
  const fourth = await world.book({ email: "fourth@example.org" }, 45);
  const fifth = await world.book({}, 60);
  await world.plan();
  const id = await world.start(moveDay);
  await world.run(id);
  const starts = await Promise.all(
    [first, second, third, fourth, fifth].map(({ appointment }) => startOf(appointment.id)),
  );
  expect(starts).toEqual([
    at(nextDay, 0),
    at(nextDay, 15),
    at(nextDay, 15),
    at(nextDay, 30),
    at(nextDay, 30),
  ]);
  expect(await startOf(late.appointment.id)).toBe(at(firstSlot, 90));
  const items = await world.itemsOf(id);
  expect(items.map(({ outcome }) => outcome)).toEqual([
    "done",
    "done",
    "done",
    "done",
    "done",
    "no_time",
  ]);
  expect(await world.stateOf(id)).toMatchObject({
    status: "finished",
    progress: { done: 5, left: { no_time: 1 }, told: 6 },
  });
  await world.send();
  const changes = world.recording.email.taken.filter(({ text }) => text.includes("Ci trasferiamo"));
  expect(changes.map(({ to }) => to.address).toSorted()).toEqual([
    "first@example.org",
    "fourth@example.org",
    "second@example.org",
    "third@example.org",
  ]);
  const [task] = await world.tasksOf(fifth.appointment.id);
  expect(task).toMatchObject({ kind: "change" });
  await checkCounters(app);
  // A second run finds nothing to do.
  await world.run(id);
  expect(await startOf(first.appointment.id)).toBe(at(nextDay, 0));
});

test("visits move to the sites named, in their order, while others book there", async () => {
  const other = await buildTown(app, {
    services: [],
    resources: [{ code: "annex", offers: [], from: daysAhead(25), cells: 12, capacity: 1 }],
  });
  await app.sql(
    "INSERT INTO resource_services (tenant_id, resource_id, service_id) VALUES ($1, $2, $3)",
    [app.tenant.id, other.resources["annex"], town.services["id-card"]],
  );
  const moved = await many(8, 8, (index) => world.book({}, 120 + index * 15));
  const id = await world.start({
    kind: "move",
    filter: { ...dayOf(firstSlot), from_time: "11:00" },
    move: { site_ids: [other.siteId], ...dayOf(daysAhead(25)) },
  });
  const others: number[] = [];
  await Promise.all([
    world.run(id),
    world.run(id),
    many(6, 2, async (index) => {
      const answer = await app.api("POST", "/appointments", {
        body: {
          services: [town.services["id-card"]],
          site: other.siteId,
          starts_at: at(daysAhead(25), index * 30),
          booker: { name: `Altro ${"abcdef"[index]}` },
        },
      });
      others.push(answer.status);
    }),
  ]);
  await world.run(id);
  const { progress } = await world.stateOf(id);
  expect(progress.settled).toBe(progress.items);
  await checkCounters(app);
  const got = others.filter((status) => status === 201).length;
  const { rows } = await app.sql(
    "SELECT count(*)::int AS count FROM appointments WHERE site_id = $1 AND status = 'booked'",
    [other.siteId],
  );
  expect(rows[0]?.["count"]).toBe(progress.done + got);
  expect(progress.done + got).toBeLessThanOrEqual(12);
  const starts = [];
  for (const { appointment } of moved) starts.push(await startOf(appointment.id));
  const atOther = starts.filter((start) => start >= at(daysAhead(25), 0));
  expect(atOther).toEqual(atOther.toSorted());
});
