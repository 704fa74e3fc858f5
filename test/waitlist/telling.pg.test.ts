import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { createComposer } from "../../src/reminders/writing/composer.ts";
import type { Composition, MessageToSend } from "../../src/messages/sending/composition.ts";
import { offerPlaces } from "../../src/waitlist/offers/offer-places.ts";
import { callSchema, offerPageSchema } from "../../src/waitlist/schema.ts";
import { checkCounters } from "../support/town.ts";
import { beginning, createWaitlistWorld, type Joined } from "./waitlist-world.ts";

const world = await createWaitlistWorld();
afterAll(() => world.close());
const { app } = world;
beforeEach(() => world.reset());

const publicUrl = "https://termine.example.org";
const compose = createComposer({
  ...app.deps,
  publicUrl,
  onFault: (id, error) => {
    throw new Error(`The message ${id} cannot be written`, { cause: error });
  },
});

const planned = z.array(
  z.object({ id: z.string(), subject_id: z.string(), channel: z.enum(["email", "sms"]) }),
);

/** Writes the planned messages as a sender would at an instant. */
async function writeAll(at = beginning): Promise<Composition[]> {
  const { rows } = await app.sql(
    "SELECT id, subject_id, channel FROM messages WHERE status = 'planned'",
  );
  const messages = planned.parse(rows).map(
    (row): MessageToSend => ({
      id: row.id,
      subjectKind: "offer",
      subjectId: row.subject_id,
      kind: "waitlist_offer",
      channel: row.channel,
      language: "it",
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

describe("an offer's message", () => {
  test("says when, where, until when and by which link, and in the SMS not what for", async () => {
    const joined = await world.join("Ada Scritta");
    const mobile = { booker: { name: "Bea Breve", phone: "+39 333 1234567" } };
    await world.tryToJoin("", mobile);
    expect(await world.offer()).toBe(2);
    const written = await writeAll();
    const email = written.find((one) => one.verdict === "email");
    const sms = written.find((one) => one.verdict === "sms");
    if (email?.verdict !== "email" || sms?.verdict !== "sms") throw new Error("Not written");
    expect(email.email.text).toContain(`${publicUrl}/w/${joined.token}`);
    expect(email.email.text).toContain("Municipio");
    expect(email.email.subject).not.toContain("id-card");
    expect(sms.sms.text).toContain(`${publicUrl}/w/spo_wt_`);
    expect(sms.sms.text).not.toContain("id-card");
  });

  test("is not sent once the offer is answered, over or in the night", async () => {
    const joined = await world.join("Ada Rapida");
    await world.offer();
    const night = new Date(beginning);
    night.setUTCHours(22, 30, 0, 0);
    const { offer } = await world.entry(joined);
    const late = new Date(Date.parse(offer?.answer_by ?? "") + 1_000);
    expect(await writeAll(night)).toMatchObject([{ verdict: "postpone" }]);
    expect(await writeAll(late)).toMatchObject([{ verdict: "discard", reason: "too_late" }]);
    await world.accept(joined);
    const { rows } = await app.sql(
      "SELECT status, end_reason FROM messages WHERE subject_kind = 'offer'",
    );
    expect(rows).toEqual([{ status: "discarded", end_reason: "superseded" }]);
  });

  test("that cannot be planned leaves no place held and nobody asked", async () => {
    const joined = await world.join("Ada Sfortunata");
    const broken = {
      ...world.offering,
      vault: {
        ...app.deps.vault,
        seal: () => {
          throw new Error("The key is gone");
        },
      },
    };
    await expect(offerPlaces(broken, app.tenant)).rejects.toThrow("The key is gone");
    expect((await world.entry(joined)).status).toBe("waiting");
    const { rows } = await app.sql("SELECT count(*)::int AS n FROM allocations");
    expect(rows).toEqual([{ n: 0 }]);
    await checkCounters(app);
    expect(await world.offer()).toBe(1);
  });
});

describe("an offer by telephone", () => {
  const listToCall = async () => {
    const path = "/waitlist-offers?is_to_call=true";
    return (await app.api("GET", path, { key: app.adminKey })).as(offerPageSchema).items;
  };
  const landline = { booker: { name: "Ada Analogica", phone: "0471 123456" }, channel: "phone" };

  async function offerToLandline(): Promise<{ joined: Joined; offerId: string }> {
    const joined = await world.join("", landline, app.adminKey);
    await world.offer();
    const [offer] = await listToCall();
    if (!offer) throw new Error("Nobody is to be called");
    expect(offer).toMatchObject({ entry_id: joined.entry.id, way: "phone" });
    return { joined, offerId: offer.id };
  }

  test("is a call that one operator takes, with whom to call and what to say", async () => {
    const { offerId } = await offerToLandline();
    const path = `/waitlist-offers/${offerId}/call`;
    const taken = (await app.api("POST", path, { key: app.adminKey })).as(callSchema);
    expect(taken).toMatchObject({
      name: "Ada Analogica",
      phone: "0471 123456",
      words: { site: "Municipio" },
    });
    expect(taken.words.until).not.toBe("");
    expect(await listToCall()).toEqual([]);
    const other = await app.api("POST", "/api-keys", {
      key: app.adminKey,
      body: { kind: "secret", name: "Operator", scopes: ["appointments"] },
    });
    const { token } = other.as(z.looseObject({ token: z.string() }));
    expect((await app.api("POST", path, { key: token })).status).toBe(409);
  });

  test("that nobody answered is to be called again half an hour later, and one that was is not", async () => {
    const { offerId } = await offerToLandline();
    const path = `/waitlist-offers/${offerId}`;
    const settle = async (outcome: string) => {
      await app.api("POST", `${path}/call`, { key: app.adminKey });
      const answer = await app.api("POST", `${path}/call-outcome`, {
        key: app.adminKey,
        body: { outcome },
      });
      return answer.body;
    };
    expect(await settle("not_reached")).toMatchObject({ calls: 1, call_outcome: "not_reached" });
    expect(await listToCall()).toEqual([]);
    await world.goTo(new Date(beginning.getTime() + 31 * 60_000));
    expect(await listToCall()).toHaveLength(1);
    await settle("left_message");
    await world.goTo(new Date(beginning.getTime() + 62 * 60_000));
    expect(await listToCall()).toEqual([]);
  });

  test("is accepted by the operator for the citizen", async () => {
    const { joined, offerId } = await offerToLandline();
    const answer = await app.api("POST", `/waitlist-offers/${offerId}/accept`, {
      key: app.adminKey,
    });
    expect(answer.status).toBe(200);
    expect((await world.entry(joined)).status).toBe("fulfilled");
  });

  test("that nobody called about does not count against the wish, which goes behind", async () => {
    const { joined } = await offerToLandline();
    const answerBy = (await world.entry(joined)).offer?.answer_by ?? "";
    await world.goTo(new Date(Date.parse(answerBy) + 1_000));
    await world.end();
    expect(await world.entry(joined)).toMatchObject({ status: "waiting", lapses: 0 });
  });

  test("is made too where the message was not delivered", async () => {
    await world.join("Ada Rimbalzata");
    await world.offer();
    expect(await listToCall()).toEqual([]);
    await app.sql("UPDATE messages SET status = 'leased', leased_until = clock_now()");
    await app.sql(
      "UPDATE messages SET status = 'failed', leased_until = NULL, ended_at = clock_now(), end_reason = 'bad_address'",
    );
    expect(await listToCall()).toHaveLength(1);
  });
});

test("cool-downs of a scarce service are offered at once, and given back to nobody else", async () => {
  await app.sql("UPDATE services SET is_scarce = true, cool_down_seconds = 600");
  const booked = [];
  for (const [at, name] of ["Uno Pieno", "Due Pieno", "Tre Pieno", "Quattro Pieno"].entries())
    booked.push(await world.book(name, at * 15));
  const joined = await world.join("Ada Attenta");
  await world.cancel(booked[0]?.appointment.id ?? "");
  await expect(world.book("Zeno Furbo", 0)).rejects.toThrow("slot-taken");
  expect(await world.offer()).toBe(1);
  await world.decline(joined);
  await world.goTo(new Date(beginning.getTime() + 120_000));
  await expect(world.book("Zeno Furbo", 0)).rejects.toThrow("slot-taken");
  await world.goTo(new Date(beginning.getTime() + 605_000));
  expect((await world.book("Zeno Paziente", 0)).appointment.status).toBe("booked");
  await app.sql("UPDATE services SET is_scarce = false, cool_down_seconds = 0");
});
