import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Composition, MessageToSend } from "../../src/messages/sending/composition.ts";
import { createComposer } from "../../src/reminders/writing/composer.ts";
import { tellOfLoss } from "../../src/waitlist/losses/tell-of-loss.ts";
import { beginning, createWaitlistWorld, type Joined } from "./waitlist-world.ts";

const world = await createWaitlistWorld({
  settings: { people_per_place: 3 },
});
afterAll(() => world.close());
const { app } = world;
beforeEach(() => world.reset());
afterEach(() => app.sql("DELETE FROM message_policies"));

const compose = createComposer({
  ...app.deps,
  publicUrl: "https://termine.example.org",
  onFault: (id, error) => {
    throw new Error(`The message ${id} cannot be written`, { cause: error });
  },
});

/** All who are asked hear of it, as a sender would note it. */
async function sendOffers(): Promise<void> {
  await app.sql(
    "UPDATE messages SET status = 'leased', leased_until = clock_now() WHERE status = 'planned'",
  );
  await app.sql(
    "UPDATE messages SET status = 'sent', leased_until = NULL, ended_at = clock_now() WHERE status = 'leased'",
  );
}

const tell = (): Promise<number> => tellOfLoss(world.offering, app.tenant);

const rowSchema = z.array(
  z.object({
    id: z.string(),
    subject_id: z.string(),
    channel: z.enum(["email", "sms"]),
    language: z.enum(["it", "de", "fr", "en"]),
    entry_id: z.string(),
  }),
);

async function losses() {
  const { rows } = await app.sql(
    `SELECT m.id, m.subject_id, m.channel, m.language, o.entry_id
     FROM messages m JOIN waitlist_offers o ON o.id = m.subject_id
     WHERE m.kind = 'waitlist_taken' ORDER BY o.entry_id`,
  );
  return rowSchema.parse(rows);
}

async function writeAll(at = beginning): Promise<Composition[]> {
  const messages = (await losses()).map(
    (row): MessageToSend => ({
      id: row.id,
      subjectKind: "offer",
      subjectId: row.subject_id,
      kind: "waitlist_taken",
      channel: row.channel,
      language: row.language,
      offsetMinutes: 0,
      facts: {},
      recipient: "x@example.org",
      dueAt: at.getTime(),
      notAfter: at.getTime() + 3_600_000,
      isTraining: false,
    }),
  );
  const request = { tenant: app.tenant, now: at.getTime(), messages };
  const written = await app.deps.db.inTenant(app.tenant.id, (trx) => compose(trx, request));
  return messages.map((message) => written.get(message.id) ?? { verdict: "fail", reason: "none" });
}

/** Three are asked about one place and hear of it; the first of them takes it. */
async function loseTwo(more: object = {}): Promise<{ first: Joined; losers: readonly Joined[] }> {
  const first = await world.join("Ada Prima");
  const losers = [await world.join("Bea Lenta", more), await world.join("Cia Lenta", more)];
  await world.offer();
  await sendOffers();
  expect((await world.accept(first)).status).toBe(200);
  return { first, losers };
}

describe("who loses a shared offer", () => {
  test("is told once, and keeps the place in the order", async () => {
    const { losers } = await loseTwo();
    const before = await Promise.all(losers.map((one) => world.entry(one)));
    expect(await Promise.all([tell(), tell()])).toEqual(expect.arrayContaining([2, 0]));
    expect(await tell()).toBe(0);
    expect((await losses()).map((row) => row.entry_id)).toEqual(losers.map((one) => one.entry.id));
    for (const [at, loser] of losers.entries()) {
      const { status, waiting_since: since, lapses } = await world.entry(loser);
      expect({ status, since, lapses }).toEqual({
        status: "waiting",
        since: before[at]?.waiting_since,
        lapses: 0,
      });
    }
  });

  test("reads that somebody was faster and that he keeps his place, with the link of his wish", async () => {
    const { losers } = await loseTwo();
    await tell();
    const [email] = await writeAll();
    if (email?.verdict !== "email") throw new Error("Not written");
    expect(email.email.text).toContain("ha risposto prima di Lei");
    expect(email.email.text).toContain("mantiene il Suo posto in lista d’attesa");
    expect(email.email.text).toContain(`/w/${losers[0]?.token}`);
    expect(email.email.text).not.toContain("Ada");
  });

  test.each(["it", "de", "fr", "en"] as const)("reads it in his language: %s", async (language) => {
    await loseTwo({ language });
    await tell();
    const written = await writeAll();
    expect(written.map((one) => one.verdict)).toEqual(["email", "email"]);
    expect((await losses()).map((row) => row.language)).toEqual([language, language]);
  });

  test("is told by the channel that the administration's rules say", async () => {
    await app.sql(
      `INSERT INTO message_policies (tenant_id, id, service_id, rules)
       SELECT $1, gen_random_uuid(), NULL,
              '{"notices": {"channels": "sms_first"}, "reminders": [], "please_confirm": null, "follow_up": null,
                "has_phone_reminders": true}'`,
      [app.tenant.id],
    );
    const first = await world.join("Ada Prima");
    const booker = { name: "Bea Mobile", email: "bea@example.org", phone: "+39 333 1234567" };
    await world.join("", { booker });
    await world.offer();
    await sendOffers();
    await world.accept(first);
    await tell();
    expect((await losses()).map((row) => row.channel)).toEqual(["sms"]);
  });

  test("is not told in the night, nor when he waits no longer, nor when the visit has begun", async () => {
    const { losers } = await loseTwo();
    await tell();
    const night = new Date(beginning);
    night.setUTCHours(22, 30, 0, 0);
    expect((await writeAll(night)).map((one) => one.verdict)).toEqual(["postpone", "postpone"]);
    const [bea] = losers;
    if (!bea) throw new Error("Nobody lost");
    await app.api("POST", `/waitlist-entries/${bea.entry.id}/withdraw`, { key: bea.token });
    const [gone] = await writeAll();
    expect(gone).toMatchObject({ verdict: "discard", reason: "superseded" });
    const begun = new Date(world.firstSlot.getTime() + 60_000);
    expect((await writeAll(begun))[1]).toMatchObject({ verdict: "discard", reason: "too_late" });
  });

  test("hears nothing when he had not heard of the offer", async () => {
    const first = await world.join("Ada Prima");
    await world.join("Bea Ignara");
    await world.offer();
    await world.accept(first);
    expect(await tell()).toBe(0);
    expect(await losses()).toEqual([]);
  });

  test("hears of it later when the message of the offer is just being sent", async () => {
    const first = await world.join("Ada Prima");
    await world.join("Bea Incerta");
    await world.offer();
    await app.sql("UPDATE messages SET status = 'leased', leased_until = clock_now()");
    await world.accept(first);
    expect(await tell()).toBe(0);
    await app.sql(
      "UPDATE messages SET status = 'sent', leased_until = NULL, ended_at = clock_now() WHERE status = 'leased'",
    );
    expect(await tell()).toBe(1);
  });

  test("is not told so when the office closed the place, which went to nobody", async () => {
    await world.join("Ada Prima");
    await world.join("Bea Seconda");
    await world.offer();
    await sendOffers();
    await app.sql("UPDATE slots SET taken = 0");
    await app.sql("DELETE FROM allocations");
    await world.end();
    expect(await tell()).toBe(0);
  });

  test("sees on the page of his link that somebody was faster", async () => {
    const { losers } = await loseTwo();
    const [bea] = losers;
    const opened = await app.request(`/w/${bea?.token}`);
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    const page = await app.request(`/de/${app.tenant.slug}/waitlist`, { headers: { cookie } });
    expect(page.text).toContain("Diesmal hat jemand vor Ihnen geantwortet");
    expect(page.text).toContain("Ihren Platz auf der Warteliste behalten Sie");
  });
});
