import PostalMime from "postal-mime";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { openSendingStage, slotsBeginMs } from "../messages/drill/sending-stage.ts";
import { many } from "../support/many.ts";
import { startSinkProcess } from "../support/sinks/sink-process.ts";
import { createTestDatabase } from "../support/test-database.ts";

const database = await createTestDatabase();
const stage = await openSendingStage(database);
const sink = await startSinkProcess("smtp");
await sink.behave({ keepsContent: true });
afterAll(async () => {
  await stage.close();
  await sink.close();
  await database.drop();
});

const people = 1_100;
const slotMs = 15 * 60_000;
const booked = z.object({ appointment: z.object({ id: z.string(), reference: z.string() }) });
const operation = z.object({ id: z.string(), status: z.string() });
const previewed = z.object({ digest: z.string(), operation: z.object({ items: z.number() }) });
const state = z.object({
  status: z.string(),
  progress: z.object({ settled: z.number(), told: z.number(), done: z.number() }),
});

interface Person {
  readonly id: string;
  readonly reference: string;
  readonly email: string;
}

async function book(number: number, slot: number): Promise<Person> {
  const email = `person-${number}@example.org`;
  const wish = {
    services: [stage.town.services["id-card"]],
    site: stage.town.siteId,
    starts_at: new Date(slotsBeginMs + slot * slotMs).toISOString(),
    booker: { name: `Persona ${number}`, email },
  };
  const { appointment } = booked.parse(
    await patiently(() => stage.api("POST", "/appointments", wish)),
  );
  return { ...appointment, email };
}

/** Comes back when a busy machine asks for it: nothing was written then. */
async function patiently(ask: () => Promise<unknown>, triesMax = 20): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (triesMax === 1 || !String(error).includes("try-again-later")) throw error;
    return patiently(ask, triesMax - 1);
  }
}

/** Everybody but those of the last slot, whom the operation does not concern. */
async function bookAll(): Promise<{ concerned: Person[]; spared: Person[] }> {
  const concerned = await many(people, 16, (number) => book(number, number % 8));
  const spared = await many(20, 4, (number) => book(people + number, 39));
  return { concerned, spared };
}

function wallTime(instantMs: number): { date: string; time: string } {
  const text = new Intl.DateTimeFormat("sv-SE", {
    timeZone: "Europe/Rome",
    dateStyle: "short",
    timeStyle: "short",
  }).format(instantMs);
  const [date = "", time = ""] = text.split(" ");
  return { date, time };
}

async function startOperation(): Promise<string> {
  const from = wallTime(slotsBeginMs);
  const to = wallTime(slotsBeginMs + 8 * slotMs);
  const { id } = operation.parse(
    await stage.api("POST", "/bulk-operations", {
      kind: "cancel",
      reason: "office_closed",
      is_urgent: true,
      texts: { it: "Il Suo codice era {{ reference }}." },
      filter: { from: from.date, from_time: from.time, to: to.date, to_time: to.time },
    }),
  );
  const preview = previewed.parse(await stage.api("GET", `/bulk-operations/${id}/preview`));
  expect(preview.operation.items).toBe(people);
  await stage.api("POST", `/bulk-operations/${id}/start`, {
    digest: preview.digest,
    count: people,
    freed_capacity: "sale",
  });
  return id;
}

async function stateOf(id: string) {
  return state.parse(await stage.api("GET", `/bulk-operations/${id}`));
}

async function count(sql: string, values: unknown[] = []): Promise<number> {
  const { rows } = await stage.sql(sql, values);
  return Number(rows[0]?.["count"]);
}

test("a worker killed three times, its jobs lost: everybody is cancelled and told once, nobody else", async () => {
  const { concerned, spared } = await bookAll();
  const id = await startOperation();
  const env = { SMTP_URL: `smtp://127.0.0.1:${sink.port}`, SMTP_CONNECTIONS: "10" };
  const seen: number[] = [];
  for (let kill = 0; kill < 3; kill += 1) {
    const before = (await stateOf(id)).progress.settled;
    const worker = await stage.startWorker(env);
    await expect
      .poll(async () => (await stateOf(id)).progress.settled, { timeout: 60_000, interval: 5 })
      .toBeGreaterThan(before);
    await worker.kill();
    seen.push((await stateOf(id)).progress.settled);
    await stage.wipeJobs();
  }
  await stage.startWorker(env);
  await expect
    .poll(async () => (await stateOf(id)).status, { timeout: 60_000, interval: 100 })
    .toBe("finished");
  expect((await stateOf(id)).progress).toEqual(
    expect.objectContaining({ settled: people, done: people, told: people }),
  );
  // It was really in the middle when it was killed.
  expect(seen.some((settled) => settled > 0 && settled < people)).toBe(true);
  await expect
    .poll(
      () => count("SELECT count(*) FROM messages WHERE kind = 'cancellation' AND status <> 'sent'"),
      { timeout: 120_000, interval: 200 },
    )
    .toBe(0);
  const ids = concerned.map((person) => person.id);
  expect(
    await count(
      "SELECT count(*) FROM appointments WHERE id = ANY ($1) AND status = 'cancelled' AND cancelled_by = 'bulk'",
      [ids],
    ),
  ).toBe(people);
  expect(
    await count(
      "SELECT count(*) FROM audit_events WHERE kind = 'appointment.cancelled' AND subject_id = ANY ($1)",
      [ids],
    ),
  ).toBe(people);
  expect(await count("SELECT count(*) FROM messages WHERE kind = 'cancellation'")).toBe(people);
  expect(await count("SELECT sum(taken) AS count FROM slots")).toBe(spared.length);
  await checkMails(concerned, spared);
}, 240_000);

async function checkMails(concerned: readonly Person[], spared: readonly Person[]): Promise<void> {
  const { rows } = await stage.sql(
    "SELECT id, subject_id FROM messages WHERE kind = 'cancellation'",
  );
  const about = new Map(rows.map((row) => [String(row["id"]), String(row["subject_id"])]));
  const receipts = (await sink.receipts()).flatMap(({ messageId, rcpt, content = "" }) => {
    const subject = about.get(messageId.split("@")[0] ?? "");
    return subject === undefined ? [] : [{ messageId, subject, rcpt, content }];
  });
  const byPerson = Map.groupBy(receipts, ({ subject }) => subject);
  for (const person of concerned) {
    const mails = byPerson.get(person.id) ?? [];
    expect(mails.length).toBeGreaterThanOrEqual(1);
    // After a crash one more at most, under the same name, so that mail programs show it once.
    expect(mails.length).toBeLessThanOrEqual(2);
    for (const { rcpt, content } of mails) {
      expect(rcpt).toEqual([expect.stringContaining(`<${person.email}>`)]);
      const { text = "" } = await PostalMime.parse(content);
      expect(text).toContain(`Il Suo codice era ${person.reference}.`);
    }
  }
  const addresses = receipts.flatMap(({ rcpt }) => rcpt).join();
  for (const person of spared) expect(addresses).not.toContain(`<${person.email}>`);
  expect(byPerson.size).toBe(concerned.length);
}
