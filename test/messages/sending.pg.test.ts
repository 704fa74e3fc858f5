import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { SendOutcome } from "../../src/messages/transports/transport.ts";
import { createMessageWorld } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app, recording } = world;
afterAll(() => world.close());

const start = "2027-05-20T08:00:00Z";
const accepted: SendOutcome = { kind: "accepted", providerReference: "p-1" };
const later: SendOutcome = {
  kind: "later",
  reason: "greylisted",
  code: "450",
  afterSeconds: null,
  isProviderWide: false,
};
const unknown: SendOutcome = { kind: "unknown", reason: "no_answer" };
const refused: SendOutcome = { kind: "refused", reason: "bad_address", code: "550" };

beforeEach(async () => {
  await world.goTo(start);
  // What earlier tests left must not be claimed by this one.
  await app.sql(
    "UPDATE messages SET status = 'discarded', end_reason = 'tidied', ended_at = clock_now() WHERE status = 'planned'",
  );
  await app.sql("DELETE FROM sending_gates");
  for (const channel of [recording.email, recording.sms, recording.webhook]) {
    channel.taken.length = 0;
    channel.answer = () => accepted;
  }
});

let slot = 0;
async function bookBy(contact: { email?: string; phone?: string }) {
  slot += 1;
  const booked = await world.book(contact, Math.floor(slot / 2) * 15);
  await world.plan();
  return booked.appointment;
}

async function confirmationOf(appointmentId: string) {
  const messages = await world.messagesOf(appointmentId);
  const found = messages.find(({ kind }) => kind === "confirmation");
  if (!found) throw new Error("No confirmation was planned");
  return found;
}

async function attemptsOf(messageId: string): Promise<unknown[]> {
  const { rows } = await app.sql(
    "SELECT outcome FROM message_attempts WHERE message_id = $1 ORDER BY attempt",
    [messageId],
  );
  return rows.map((row) => row["outcome"]);
}

describe("a message that was taken", () => {
  test("is sent, with its attempt and the provider's reference", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    await world.send();
    const message = await confirmationOf(appointment.id);
    expect(message).toMatchObject({ status: "sent", attempt: 1 });
    expect(await attemptsOf(message.id)).toEqual(["accepted"]);
    const { rows } = await app.sql(
      "SELECT provider, provider_reference FROM messages WHERE id = $1",
      [message.id],
    );
    expect(rows).toEqual([{ provider: "smtp", provider_reference: "p-1" }]);
  });

  test("carries the calendar file, the manage link and a neutral subject", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    await world.send();
    const [email] = recording.email.taken;
    expect(email?.calendar?.method).toBe("PUBLISH");
    expect(email?.calendar?.ics).toContain(`UID:${appointment.id}@`);
    expect(email?.text).toMatch(/https:\/\/termine\.example\.org\/m\/spo_mt_/);
    expect(email?.subject).not.toContain("id-card");
    expect(email?.to).toEqual({ address: "ada@example.org" });
  });
});

describe("a message that was not taken", () => {
  test("is tried again after a wait, under the same Message-ID", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    recording.email.answer = (_message, count) => (count === 1 ? later : accepted);
    await world.send();
    const waiting = await confirmationOf(appointment.id);
    expect(waiting).toMatchObject({ status: "planned", attempt: 1 });
    const waitMs = waiting.next_at.getTime() - Date.parse(start);
    expect(waitMs).toBeGreaterThanOrEqual(60_000);
    await world.send();
    expect(recording.email.taken).toHaveLength(1);
    await world.goTo("2027-05-20T08:05:00Z");
    await world.send();
    expect(await attemptsOf(waiting.id)).toEqual(["later", "accepted"]);
    const ids = recording.email.taken.map(({ messageId }) => messageId);
    expect(ids).toEqual([`${waiting.id}@example.org`, `${waiting.id}@example.org`]);
  });

  test("is given up when it is no longer worth sending", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    recording.email.answer = () => later;
    for (let hour = 0; hour < 60; hour += 1) {
      await world.goTo(new Date(Date.parse(start) + hour * 3_600_000));
      await world.send();
    }
    expect(await confirmationOf(appointment.id)).toMatchObject({
      status: "failed",
      end_reason: "gave_up",
    });
  });

  test("is not tried again when the address is wrong, and a required one is told by telephone", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    recording.email.answer = () => refused;
    await world.send();
    const confirmation = await confirmationOf(appointment.id);
    expect(confirmation).toMatchObject({ status: "failed", end_reason: "bad_address" });
    expect(await world.tasksOf(appointment.id)).toEqual([]);
    const body = { reason: "technical" };
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key: app.adminKey, body });
    await world.plan();
    await world.send();
    expect(await world.tasksOf(appointment.id)).toEqual([
      { kind: "cancellation", cause: "failed", status: "open" },
    ]);
  });
});

describe("an attempt without an answer", () => {
  test("of an e-mail is repeated under the same Message-ID", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    recording.email.answer = (_message, count) => (count === 1 ? unknown : accepted);
    await world.send();
    await world.goTo("2027-05-20T08:01:00Z");
    await world.send();
    const { id } = await confirmationOf(appointment.id);
    expect(await attemptsOf(id)).toEqual(["unknown", "accepted"]);
    expect(new Set(recording.email.taken.map(({ messageId }) => messageId)).size).toBe(1);
  });

  test("of an SMS that could go out twice is repeated once, then left to people", async () => {
    const appointment = await bookBy({ phone: "347 123 4567" });
    recording.sms.answer = () => unknown;
    for (const minutes of [0, 2, 10, 60]) {
      await world.goTo(new Date(Date.parse(start) + minutes * 60_000));
      await world.send();
    }
    expect(await confirmationOf(appointment.id)).toMatchObject({
      status: "unknown",
      end_reason: "no_answer",
    });
    expect(recording.sms.taken).toHaveLength(2);
    expect(new Set(recording.sms.taken.map(({ reference }) => reference)).size).toBe(1);
  });
});

describe("a provider that asks for patience", () => {
  test("gets nothing until then, from nobody", async () => {
    await bookBy({ phone: "347 123 4567" });
    recording.sms.answer = () => ({ ...later, afterSeconds: 120, isProviderWide: true });
    await world.send();
    expect(recording.sms.taken).toHaveLength(1);
    const other = await bookBy({ phone: "347 123 4568" });
    recording.sms.answer = () => accepted;
    await world.goTo("2027-05-20T08:01:55Z");
    await world.send();
    expect(recording.sms.taken).toHaveLength(1);
    await world.goTo("2027-05-20T08:03:00Z");
    await expect
      .poll(
        async () => {
          await world.send();
          return (await confirmationOf(other.id)).status;
        },
        { timeout: 5_000 },
      )
      .toBe("sent");
  });
});

describe("a worker that died", () => {
  test("leaves messages that are due again, once, and says so", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    const { id } = await confirmationOf(appointment.id);
    await app.sql(
      "UPDATE messages SET status = 'leased', attempt = 1, leased_until = clock_now() + interval '45 s' WHERE id = $1",
      [id],
    );
    await world.send();
    expect((await world.reconcile()).lost).toBe(0);
    expect(recording.email.taken).toHaveLength(0);
    await world.goTo("2027-05-20T08:01:00Z");
    expect((await world.reconcile()).lost).toBe(1);
    await world.send();
    expect(await attemptsOf(id)).toEqual(["lost", "accepted"]);
  });

  test("cannot settle what another one has taken over", async () => {
    const appointment = await bookBy({ email: "ada@example.org" });
    const { id } = await confirmationOf(appointment.id);
    recording.email.answer = async () => {
      await app.sql(
        "UPDATE messages SET attempt = attempt + 1, leased_until = clock_now() + interval '1 h' WHERE id = $1",
        [id],
      );
      return accepted;
    };
    await world.send();
    expect(await confirmationOf(appointment.id)).toMatchObject({ status: "leased", attempt: 2 });
    expect(await attemptsOf(id)).toEqual([]);
  });
});

describe("the money for SMS", () => {
  test("is never passed; what it does not pay for waits for the next day", async () => {
    await app.sql(
      `INSERT INTO message_settings (tenant_id, quiet_from, quiet_to, is_sms_on, sms_is_transliterated,
         sms_price_micros, sms_daily_ceiling_micros)
       VALUES ($1, '21:00', '08:00', true, true, 60000, 250000)`,
      [app.tenant.id],
    );
    await app.sql("DELETE FROM message_spend");
    const appointments: { id: string }[] = [];
    for (let count = 0; count < 4; count += 1)
      appointments.push(await bookBy({ phone: "347 123 4567" }));
    const states = async () =>
      (await Promise.all(appointments.map(({ id }) => confirmationOf(id)))).map(
        ({ status }) => status,
      );
    const spendingOf = async () => {
      const { rows } = await app.sql("SELECT spent_micros::int, parts FROM message_spend");
      return { spent: Number(rows[0]?.["spent_micros"]), parts: Number(rows[0]?.["parts"]) };
    };
    await world.send();
    const { spent, parts } = await spendingOf();
    expect(recording.sms.taken.reduce((sum, sms) => sum + sms.parts, 0)).toBe(parts);
    expect(spent).toBe(parts * 60_000);
    expect(spent).toBeLessThanOrEqual(250_000);
    expect(spent + 60_000 * (recording.sms.taken[0]?.parts ?? 0)).toBeGreaterThan(250_000);
    expect((await states()).toSorted()).toEqual(["planned", "planned", "sent", "sent"]);
    await world.goTo("2027-05-21T08:00:00Z");
    await world.send();
    expect(await states()).toEqual(["sent", "sent", "sent", "sent"]);
  });

  test("is given back once at most: not for an attempt that is another's to settle, or is settled already", async () => {
    await app.sql("DELETE FROM message_spend");
    const { id } = await confirmationOf((await bookBy({ phone: "347 123 4567" })).id);
    recording.sms.answer = async () => {
      await app.sql("UPDATE messages SET attempt = attempt + 1 WHERE id = $1", [id]);
      return later;
    };
    await world.send();
    const { rows } = await app.sql("SELECT parts FROM message_spend");
    expect(rows).toEqual([{ parts: recording.sms.taken[0]?.parts }]);
  });
});

test("nothing was written wrongly in all of this", () => {
  expect(world.faults).toEqual([]);
});
