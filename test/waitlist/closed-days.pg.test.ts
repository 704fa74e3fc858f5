import { afterAll, expect, test } from "vitest";
import { generateSlots } from "../../src/scheduling/generate-slots.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const world = await createWaitlistWorld();
afterAll(() => world.close());
const { app } = world;

test("a place whose day is closed is taken back from its offer, and none is offered on that day", async () => {
  const joined = await world.join("Ada Sfortunata");
  await world.offer();
  const day = firstSlot.toISOString().slice(0, 10);
  const body = { code: "chiuso", starts_on: day, ends_on: day };
  const closed = await app.api("POST", "/closures", { key: app.adminKey, body });
  expect(closed.status).toBe(201);
  const follow = () =>
    generateSlots(
      app.deps,
      { tenant: app.tenant, actor: { kind: "system" }, requestId: "test" },
      { resourceId: world.town.resources["desk"] ?? "" },
    );
  await follow();
  expect(await world.accept(joined)).toMatchObject({ status: 409 });
  expect(await world.end()).toEqual({ places: 1, lapsed: 0 });
  expect(await world.entry(joined)).toMatchObject({
    status: "waiting",
    lapses: 0,
    offer: { status: "superseded" },
  });
  expect(await world.offer()).toBe(0);
});
