import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { disableFailingEndpoints } from "../../src/messages/webhooks/disable-failing-endpoints.ts";
import { createdEndpointSchema, endpointSchema } from "../../src/messages/webhooks/schema.ts";
import { slugOf } from "../support/one-desk.ts";
import { createMessageWorld } from "./message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app, recording } = world;
const hooks = recording.webhook;
afterAll(() => world.close());

const key = app.adminKey;
const start = Date.parse("2027-05-20T08:00:00Z");
beforeEach(async () => {
  await world.goTo(new Date(start));
  await app.sql(
    "UPDATE webhook_endpoints SET status = 'deleted', disabled_at = NULL, disabled_reason = NULL",
  );
  hooks.taken.length = 0;
  hooks.answer = () => ({ kind: "accepted", providerReference: null });
});

async function addEndpoint(kinds = ["confirmation", "cancellation"]) {
  const body = { url: "https://systems.example.org/hook", kinds };
  return (await app.api("POST", "/webhook-endpoints", { key, body })).as(createdEndpointSchema);
}

async function read(id: string) {
  return (await app.api("GET", `/webhook-endpoints/${id}`, { key })).as(endpointSchema);
}

async function bookAndSend(minutes: number) {
  const booked = await world.book({}, minutes);
  await world.plan();
  await world.send();
  return booked;
}

describe("an endpoint", () => {
  test("is told of what it asked for, signed with its secret, without any person", async () => {
    const { secret } = await addEndpoint();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { appointment } = await bookAndSend(0);
    const [hook] = hooks.taken;
    expect(hook).toMatchObject({ url: "https://systems.example.org/hook", secrets: [secret] });
    const event = z
      .object({
        type: z.string(),
        timestamp: z.string(),
        data: z.object({ appointment: z.object({ id: z.string(), status: z.string() }) }),
      })
      .parse(JSON.parse(hook?.body ?? ""));
    expect(event).toMatchObject({
      type: "appointment.booked",
      data: { appointment: { id: appointment.id, status: "booked" } },
    });
    expect(hook?.body).not.toMatch(/Ada|Bianchi|spo_mt_/);
  });

  test("is tried again under the same id, and not told of what it did not ask for", async () => {
    await addEndpoint(["cancellation"]);
    const { appointment, manage_token: token } = await bookAndSend(15);
    expect(hooks.taken).toEqual([]);
    hooks.answer = (_message, count) =>
      count === 1
        ? {
            kind: "later",
            reason: "unavailable",
            code: "503",
            afterSeconds: null,
            isProviderWide: false,
          }
        : { kind: "accepted", providerReference: null };
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key: token, body: {} });
    await world.plan();
    await world.send();
    await world.goTo(new Date(start + 120_000));
    await world.send();
    expect(hooks.taken).toHaveLength(2);
    expect(new Set(hooks.taken.map(({ id }) => id)).size).toBe(1);
  });

  test("changes its secret without a gap", async () => {
    const { id, secret: old } = await addEndpoint();
    const rotated = await app.api("POST", `/webhook-endpoints/${id}/rotate-secret`, { key });
    const { secret } = rotated.as(z.object({ secret: z.string() }));
    await bookAndSend(30);
    expect(hooks.taken.at(-1)?.secrets).toEqual([secret, old]);
    await world.goTo(new Date(start + 25 * 3_600_000));
    await bookAndSend(45);
    expect(hooks.taken.at(-1)?.secrets).toEqual([secret]);
  });

  test("that takes nothing for three days is switched off, and replayed when it is on again", async () => {
    const { id } = await addEndpoint();
    hooks.answer = () => ({ kind: "refused", reason: "other", code: "410" });
    await bookAndSend(60);
    const { status, failing_since: failingSince } = await read(id);
    expect({ status, isFailing: failingSince !== null }).toEqual({
      status: "active",
      isFailing: true,
    });
    expect(await disableFailingEndpoints(app.deps, app.tenant)).toBe(0);
    await world.goTo(new Date(start + 73 * 3_600_000));
    expect(await disableFailingEndpoints(app.deps, app.tenant)).toBe(1);
    expect(await read(id)).toMatchObject({ status: "disabled", disabled_reason: "failing" });
    await bookAndSend(75);
    const { version } = await read(id);
    await app.api("PATCH", `/webhook-endpoints/${id}`, { key, body: { is_active: true, version } });
    hooks.taken.length = 0;
    hooks.answer = () => ({ kind: "accepted", providerReference: null });
    const body = { from: "2027-05-20T00:00:00Z", to: "2027-05-24T00:00:00Z" };
    const replayed = await app.api("POST", `/webhook-endpoints/${id}/replay`, { key, body });
    expect(replayed.body).toEqual({ count: 1 });
    await world.send();
    expect(hooks.taken).toHaveLength(1);
    expect(await read(id)).toMatchObject({ status: "active", failing_since: null });
  });

  test("is refused where it is not an https address, and above twenty", async () => {
    const create = (url: string) =>
      app.api("POST", "/webhook-endpoints", { key, body: { url, kinds: ["change"] } });
    for (const url of [
      "http://example.org/",
      "https://user:pass@example.org/",
      "ftp://example.org/",
    ])
      expect((await create(url)).status).toBe(422);
    expect((await app.api("GET", "/webhook-endpoints")).status).toBe(401);
    for (let count = 0; count < 20; count += 1) await create("https://example.org/");
    expect(slugOf(await create("https://example.org/"))).toBe("too-many-endpoints");
  });

  test("is changed by whoever saw its last version, and deleted for good", async () => {
    const { id, version } = await addEndpoint();
    const change = (body: object) => app.api("PATCH", `/webhook-endpoints/${id}`, { key, body });
    expect((await change({ kinds: ["change"], version })).as(endpointSchema).kinds).toEqual([
      "change",
    ]);
    expect(slugOf(await change({ kinds: ["reminder"], version }))).toBe("conflicting-change");
    expect((await app.api("DELETE", `/webhook-endpoints/${id}`, { key })).status).toBe(204);
    expect((await app.api("GET", `/webhook-endpoints/${id}`, { key })).status).toBe(404);
  });
});
