import { parse } from "csv-parse/sync";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { runPart } from "../../src/bulk/run/run-part.ts";
import { getOperation } from "../../src/bulk/seen/get-operation.ts";
import { operationStateSchema } from "../../src/bulk/schema.ts";
import { many } from "../support/many.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters, daysAhead } from "../support/town.ts";
import { createBulkWorld, dayOf } from "./bulk-world.ts";

const firstSlot = daysAhead(30);
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
const key = app.adminKey;
const never = new AbortController().signal;
afterAll(() => world.close());

await app.sql("UPDATE slots SET capacity = 700");

const cancelDay = {
  kind: "cancel",
  reason: "technical",
  filter: { ...dayOf(firstSlot), site_ids: [town.siteId] },
};

/** Books so many people of the first slot's day; ids in no order. */
function bookMany(count: number, contact: object = {}): Promise<string[]> {
  return many(
    count,
    40,
    async (index) => (await world.book(contact, (index % 30) * 15)).appointment.id,
  );
}

async function act(id: string, control: string) {
  return app.api("POST", `/bulk-operations/${id}/${control}`, { key });
}

/** Deals with one part as a worker does. */
async function dealWithOne(id: string): Promise<void> {
  const tenantId = app.tenant.id;
  const { operation } = await getOperation(app.deps, { tenant: app.tenant }, id);
  await runPart(app.deps, { tenantId, operation }, never);
}

async function booked(): Promise<number> {
  const { rows } = await app.sql(
    "SELECT count(*)::int AS count FROM appointments WHERE status = 'booked'",
  );
  return Number(rows[0]?.["count"]);
}

const progressEvent = z.object({ percent: z.number(), status: z.string(), settled: z.number() });

/** Reads a stream to its end. */
async function follow(id: string, lastEventId?: string) {
  const answer = await app.api("GET", `/bulk-operations/${id}/events`, {
    key,
    ...(lastEventId === undefined ? {} : { headers: { "Last-Event-ID": lastEventId } }),
  });
  return answer.text
    .split("\n\n")
    .filter((block) => block.includes("data:"))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1] ?? "";
      return {
        id: field("id"),
        name: field("event"),
        data: progressEvent.parse(JSON.parse(field("data"))),
      };
    });
}

describe("an operation under way", () => {
  test("is paused between two parts, goes on when it is resumed, and is watched to its end", async () => {
    const ids = await bookMany(1_100, { email: "ada@example.org" });
    const id = await world.start(cancelDay, { freed_capacity: "sale" });
    await dealWithOne(id);
    const paused = (await act(id, "pause")).as(operationStateSchema);
    expect(paused).toMatchObject({ status: "paused", progress: { settled: 500, remaining: 600 } });
    await world.run(id);
    expect((await world.stateOf(id)).progress.settled).toBe(500);
    // What had been settled is told all the same.
    expect((await world.stateOf(id)).progress.told).toBe(500);
    expect(await booked()).toBe(600);
    expect((await act(id, "pause")).status).toBe(200);
    expect((await act(id, "resume")).as(operationStateSchema).status).toBe("running");
    const watching = follow(id);
    await world.run(id);
    const events = await watching;
    expect(events.filter(({ data }) => data.percent === 100)).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ id: "end", name: "end", data: { status: "finished" } });
    expect(events[0]?.data.settled).toBe(500);
    const settled = events.map(({ data }) => data.settled);
    expect(settled).toEqual(settled.toSorted((a, b) => a - b));
    expect(await booked()).toBe(0);
    await checkCounters(app);
    const { rows } = await app.sql(
      "SELECT count(*)::int AS count FROM messages WHERE kind = 'cancellation' AND subject_id = ANY ($1)",
      [ids],
    );
    expect(rows[0]?.["count"]).toBe(1_100);
    // A stream that broke off goes on after what it had; one that knows the end is told so.
    const again = await follow(id, events[0]?.id);
    expect(again.map((event) => event.id)).toEqual(["end"]);
    const over = await app.api("GET", `/bulk-operations/${id}/events`, {
      key,
      headers: { "Last-Event-ID": "end" },
    });
    expect(over.status).toBe(204);
    expect((await act(id, "abort")).text).toContain("wrong-operation-state");
  }, 120_000);

  test("that is aborted leaves the rest as it is and says who was told what", async () => {
    await bookMany(520, { email: "ada@example.org" });
    const id = await world.start(cancelDay, { freed_capacity: "sale" });
    await dealWithOne(id);
    expect((await act(id, "abort")).as(operationStateSchema).status).toBe("aborted");
    await world.run(id);
    expect(await booked()).toBe(20);
    expect((await act(id, "resume")).text).toContain("wrong-operation-state");
    const report = await app.api("GET", `/bulk-operations/${id}/report.csv`, { key });
    expect(report.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    const lines = z
      .array(z.record(z.string(), z.string()))
      .parse(parse(report.text, { columns: true }));
    expect(lines).toHaveLength(520);
    const outcomes = Map.groupBy(lines, (line) => line["outcome"]);
    expect(outcomes.get("done")).toHaveLength(500);
    expect(outcomes.get("pending")).toHaveLength(20);
    expect(outcomes.get("done")?.every((line) => line["email"] === "planned")).toBe(true);
    expect(outcomes.get("pending")?.every((line) => line["email"] === "")).toBe(true);
    expect(report.text).not.toContain("ada@example.org");
    const only = await app.api("GET", `/bulk-operations/${id}/items?outcome=pending&limit=200`, {
      key,
    });
    expect(only.text.match(/"outcome":"pending"/g)).toHaveLength(20);
    await app.sql(
      "UPDATE appointments SET status = 'cancelled', cancelled_at = now(), cancelled_by = 'staff', cancel_reason = 'other' WHERE status = 'booked'",
    );
    await app.sql("DELETE FROM allocations");
    await app.sql("UPDATE slots SET taken = 0");
  }, 120_000);
});

test("freed places wait for the waitlist where that is wanted, and staff may use them", async () => {
  await bookMany(1);
  const id = await world.start(cancelDay, { freed_capacity: "waitlist", waitlist_minutes: 90 });
  await world.run(id);
  const { rows } = await app.sql(
    `SELECT a.owner_kind, a.units, s.taken,
       round(extract(epoch FROM a.expires_at - clock_now()) / 60)::int AS minutes
     FROM allocations a JOIN slots s ON s.id = a.slot_id`,
  );
  expect(rows).toEqual([{ owner_kind: "cooldown", units: 1, taken: 1, minutes: 90 }]);
  await checkCounters(app);
  await app.sql("DELETE FROM allocations");
  await app.sql("UPDATE slots SET taken = 0");
});

describe("a notice", () => {
  test("tells each person once, in his language where it is written in it, and changes no visit", async () => {
    const italian = await world.book({ email: "ada@example.org" }, 0);
    const german = await world.book({ email: "bea@example.org" }, 15, { language: "de" });
    const french = await world.book({}, 30, { language: "fr" });
    const body = {
      kind: "notify",
      is_urgent: true,
      filter: dayOf(firstSlot),
      texts: { it: "Parcheggio chiuso, {{ first_name }}.", de: "Parkplatz gesperrt." },
    };
    await world.plan();
    const id = await world.start(body);
    await world.run(id);
    await world.run(id);
    await world.send();
    const sent = world.recording.email.taken.filter(({ text }) =>
      /Parcheggio|Parkplatz/.test(text),
    );
    expect(sent.map(({ to }) => to.address).toSorted()).toEqual([
      "ada@example.org",
      "bea@example.org",
    ]);
    expect(sent.find(({ to }) => to.address === "bea@example.org")?.text).toContain(
      "Parkplatz gesperrt.",
    );
    const [task] = await world.tasksOf(french.appointment.id);
    expect(task).toMatchObject({ kind: "urgent_notice", status: "open" });
    for (const { appointment } of [italian, german, french]) {
      const now = await app.api("GET", `/appointments/${appointment.id}`, { key });
      expect(now.body).toMatchObject({ status: "booked", starts_at: appointment.starts_at });
    }
    // Another notice about the same visits is one of its own.
    const second = await world.start(body);
    await world.run(second);
    const messages = await world.messagesOf(italian.appointment.id);
    expect(messages.filter(({ kind }) => kind === "urgent_notice")).toHaveLength(2);
  });

  test("without a text is refused", async () => {
    const answer = await world.preview({ kind: "notify", filter: dayOf(firstSlot) });
    expect(answer.status).toBe(422);
  });
});
