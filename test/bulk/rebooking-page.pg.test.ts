import { afterAll, expect, test } from "vitest";
import { patient } from "../support/test-app.ts";
import { createBulkWorld } from "./bulk-world.ts";

const firstSlot = new Date("2027-05-10T08:00:00Z");
const world = await createBulkWorld({ ...patient, firstSlot });
const { app, town } = world;
afterAll(() => world.close());
const { url: origin } = await app.serve();

await app.sql(
  `INSERT INTO slots (tenant_id, resource_id, opening_id, starts_at, ends_at, local_date, ordinal, is_start, mode, capacity)
   SELECT tenant_id, resource_id, opening_id, starts_at + interval '1 day', ends_at + interval '1 day', local_date + 1,
     ordinal, true, 'bookable', 1
   FROM slots ORDER BY starts_at LIMIT 2`,
);

let cookie = "";

async function ask(path: string, fields?: Record<string, string>) {
  const response = await fetch(origin + path, {
    redirect: "manual",
    headers: { cookie, ...(fields ? { origin } : {}) },
    ...(fields ? { method: "POST", body: new URLSearchParams(fields) } : {}),
  });
  for (const line of response.headers.getSetCookie()) cookie = line.split(";")[0] ?? cookie;
  return {
    status: response.status,
    location: response.headers.get("location") ?? "",
    text: await response.text(),
  };
}

test("the link of a cancellation leads to times that others do not see, and by POST to a new appointment", async () => {
  await world.goTo("2027-05-01T08:00:00Z");
  const one = await world.book({ email: "ada@example.org" }, 0, { language: "de" });
  const id = await world.start({
    kind: "cancel",
    reason: "office_closed",
    filter: { from: "2027-05-10", to: "2027-05-10", site_ids: [town.siteId] },
    rebooking: { minutes: 600, reserve: { from: "2027-05-11", to: "2027-05-11" } },
  });
  await world.run(id);
  const opened = await ask(`/m/${one.manage_token}/rebook`);
  expect(opened).toMatchObject({
    status: 303,
    location: `/de/${app.tenant.slug}/manage/rebook`,
  });
  const times = await ask(opened.location);
  expect(times.status).toBe(200);
  expect(times.text).toContain("Von uns abgesagt");
  expect(times.text).toContain("wählen Sie vor allen anderen");
  const start = /name="start" value="(2027-05-11T08:00:00\.000Z\/[^"]+)"/.exec(times.text)?.[1];
  if (start === undefined) throw new Error(times.text);
  // Looking and choosing book nothing.
  const chosen = await ask(opened.location, { start });
  const last = await ask(chosen.location);
  expect(last.text).toContain("Diese Zeit buchen?");
  const key = /name="key" value="([^"]+)"/.exec(last.text)?.[1] ?? "";
  expect((await app.sql("SELECT id FROM appointments WHERE status = 'booked'")).rows).toHaveLength(
    0,
  );
  const booked = await ask(opened.location, { start, key });
  expect(booked).toMatchObject({ status: 303, location: `/de/${app.tenant.slug}/manage` });
  expect((await ask(booked.location)).text).toContain("11. Mai 2027");
  // A second click changes nothing: the browser now has the new appointment, for which nothing is offered.
  const again = await ask(opened.location);
  expect(again).toMatchObject({ status: 303, location: `/de/${app.tenant.slug}/manage` });
  expect((await app.sql("SELECT id FROM appointments WHERE status = 'booked'")).rows).toHaveLength(
    1,
  );
});
