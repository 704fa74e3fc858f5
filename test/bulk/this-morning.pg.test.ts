import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { many } from "../support/many.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters } from "../support/town.ts";
import { createBulkWorld } from "./bulk-world.ts";

const firstSlot = new Date("2027-02-10T07:00:00Z");
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
afterAll(() => world.close());

const handedOver = z.array(
  z.object({ channel: z.string(), status: z.string(), due_seconds: z.number(), count: z.number() }),
);

test("300 people booked from 08:00 and closed at 06:30 are told at once, in quiet hours, by message or by telephone list", async () => {
  await world.goTo("2027-02-01T10:00:00Z");
  await app.sql("UPDATE slots SET capacity = 20");
  const contacts = [
    { email: "ada@example.org" },
    { phone: "+39 333 1234567" },
    { phone: "06 1234567" },
  ];
  const booked = await many(300, 30, (index) => world.book(contacts[index % 3], (index % 40) * 15));
  await world.plan();
  await world.goTo("2027-02-09T20:30:00Z");
  await world.send();
  world.recording.email.taken.length = 0;
  world.recording.sms.taken.length = 0;
  // 06:30 in Rome; the administration is quiet until 08:00.
  await world.goTo("2027-02-10T05:30:00Z");
  const id = await world.start({
    kind: "cancel",
    reason: "technical",
    is_urgent: true,
    filter: { from: "2027-02-10", to: "2027-02-10", site_ids: [town.siteId] },
    texts: { it: "Vento forte: oggi il centro resta chiuso." },
  });
  await world.run(id);
  expect((await world.stateOf(id)).progress).toMatchObject({ done: 300, told: 300 });
  await world.send();
  expect(world.recording.email.taken).toHaveLength(100);
  expect(world.recording.sms.taken).toHaveLength(100);
  for (const { text } of [...world.recording.email.taken, ...world.recording.sms.taken])
    expect(text).toContain("Vento forte");
  const { rows } = await app.sql(
    `SELECT channel, status, round(extract(epoch FROM due_at - $1::timestamptz))::int AS due_seconds, count(*)::int AS count
     FROM messages WHERE kind = 'cancellation' GROUP BY 1, 2, 3`,
    ["2027-02-10T05:30:00Z"],
  );
  for (const group of handedOver.parse(rows)) {
    expect(group.status).toBe("sent");
    // Due within the minute in which it was closed.
    expect(group.due_seconds).toBeLessThan(60);
  }
  const tasks = await app.sql(
    `SELECT count(*)::int AS count FROM phone_tasks
     WHERE kind = 'cancellation' AND next_at <= clock_now() AND facts ->> 'operation_id' = $1`,
    [id],
  );
  expect(tasks.rows[0]?.["count"]).toBe(100);
  const people = new Set(booked.map(({ appointment }) => appointment.id));
  expect(people.size).toBe(300);
  await world.run(id);
  await world.plan();
  await world.send();
  expect(world.recording.email.taken).toHaveLength(100);
  expect(world.recording.sms.taken).toHaveLength(100);
  await checkCounters(app);
}, 60_000);
