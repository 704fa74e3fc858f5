import { afterAll, expect, test } from "vitest";
import { many } from "../support/many.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters, daysAhead } from "../support/town.ts";
import { createBulkWorld, dayOf } from "./bulk-world.ts";

const firstSlot = daysAhead(40);
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
const key = app.adminKey;
afterAll(() => world.close());

await app.sql("UPDATE slots SET capacity = 60");
const openingId = town.openings["desk"];
const serviceId = town.services["id-card"];
await app.sql(
  `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, period)
   VALUES ($1, gen_random_uuid(), $2, 'person', 1, 'year')`,
  [app.tenant.id, serviceId],
);
await app.sql(
  `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
   VALUES ($1, gen_random_uuid(), $2, 'day', 'web', 5000)`,
  [app.tenant.id, openingId],
);

/** Six hex digits as the letters of a surname. */
function surname(number: number): string {
  return `Cognome${String(number)
    .padStart(4, "0")
    .replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)] ?? "")}`;
}

function book(number: number, minutes: number) {
  return world.book({}, minutes, {
    booker: {
      name: `Ada ${surname(number)}`,
      birth_date: "1980-01-01",
      email: `p${number}@example.org`,
    },
  });
}

async function counters(): Promise<unknown> {
  const { rows } = await app.sql(
    `SELECT (SELECT coalesce(sum(taken), 0)::int FROM quota_counters) AS quota,
            (SELECT coalesce(sum(taken), 0)::int FROM ceiling_counters) AS ceilings,
            (SELECT coalesce(sum(taken), 0)::int FROM slots) AS places,
            (SELECT count(*)::int FROM appointments WHERE status = 'booked') AS booked`,
  );
  return rows[0];
}

test("limits and ceilings are given back as a single cancellation gives them back", async () => {
  await many(40, 20, (number) => book(number, (number % 10) * 15));
  expect(await counters()).toEqual({ quota: 40, ceilings: 40, places: 40, booked: 40 });
  const filter = dayOf(firstSlot);
  const id = await world.start(
    { kind: "cancel", reason: "other", filter },
    { freed_capacity: "sale" },
  );
  await world.run(id);
  expect(await counters()).toEqual({ quota: 0, ceilings: 0, places: 0, booked: 0 });
  // The limit is really free again.
  await book(0, 0);
  await checkCounters(app);
});

test("bookings, moves and cancellations go on meanwhile: nothing is lost, counted twice or oversold", async () => {
  const mine = await many(240, 40, (number) => book(1_000 + number, (number % 12) * 15));
  const ids = mine.map(({ appointment }) => appointment.id);
  const start = await world.start(
    { kind: "cancel", reason: "technical", filter: dayOf(firstSlot) },
    { freed_capacity: "sale" },
  );
  const answers: number[] = [];
  const note = (answer: { status: number }): void => void answers.push(answer.status);
  await Promise.all([
    world.run(start),
    world.run(start),
    many(60, 6, async (index) =>
      note(
        await app.api("POST", `/appointments/${ids[index]}/cancel`, {
          key,
          body: { reason: "cannot_come" },
        }),
      ),
    ),
    many(60, 6, async (index) =>
      note(
        await app.api("POST", `/appointments/${ids[100 + index]}/reschedule`, {
          key,
          body: { starts_at: new Date(firstSlot.getTime() + 20 * 15 * 60_000).toISOString() },
        }),
      ),
    ),
    many(60, 6, (index) => book(2_000 + index, (index % 12) * 15)),
  ]);
  expect(answers.every((status) => status === 200 || status === 409)).toBe(true);
  await checkCounters(app);
  const outcomes = new Map<string, string>();
  for (const outcome of ["done", "changed", "ended"]) {
    const page = await app.api(
      "GET",
      `/bulk-operations/${start}/items?limit=200&outcome=${outcome}`,
      { key },
    );
    for (const [, id = ""] of page.text.matchAll(/"appointment_id":"([^"]+)"/g))
      outcomes.set(id, outcome);
  }
  const { rows } = await app.sql(
    `SELECT a.id, a.status, a.cancelled_by,
       (SELECT count(*)::int FROM audit_events e
        WHERE e.subject_id = a.id AND e.kind = 'appointment.cancelled') AS cancellations
     FROM appointments a WHERE a.id = ANY ($1)`,
    [ids],
  );
  for (const row of rows) {
    const isBulk = row["cancelled_by"] === "bulk";
    expect(row["cancellations"]).toBe(row["status"] === "cancelled" ? 1 : 0);
    if (outcomes.has(String(row["id"])))
      expect(outcomes.get(String(row["id"])) === "done").toBe(isBulk);
  }
}, 60_000);
