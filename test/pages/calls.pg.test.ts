import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { type Booked, createMessageWorld } from "../messages/message-world.ts";

const firstSlot = new Date("2027-06-09T07:00:00Z");
const world = await createMessageWorld({ firstSlot });
const { app } = world;
afterAll(() => world.close());
beforeEach(async () => {
  await world.goTo("2027-06-01T08:00:00Z");
  await app.sql(
    `UPDATE phone_tasks SET status = 'dropped', leased_by = NULL, leased_until = NULL, ended_at = clock_now()
     WHERE status IN ('open', 'leased')`,
  );
});

const base = `/it/${app.tenant.slug}/admin`;
const landline = { phone: "06 1234 5678" };

async function signIn(key: string): Promise<string> {
  const body = new URLSearchParams({ key });
  const answer = await app.request(`${base}/sign-in`, { method: "POST", body });
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const cookie = await signIn(app.adminKey);
const { token: otherKey } = await createApiKey(app.deps, world.context, {
  kind: "secret",
  name: "Second desk",
  scopes: ["appointments"],
});
const otherCookie = await signIn(otherKey);

const get = (path: string, as = cookie) => app.request(path, { headers: { cookie: as } });
const post = (path: string, fields: Record<string, string> = {}, as = cookie) =>
  app.request(path, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { cookie: as },
  });

/** Takes the next call; where its page is. */
async function next(as = cookie): Promise<string> {
  const answer = await post(`${base}/calls/next`, {}, as);
  expect(answer.status).toBe(303);
  return answer.headers.get("location") ?? "";
}

async function cancelledByOffice(minutes: number): Promise<Booked> {
  const booked = await world.book(landline, minutes);
  const path = `/appointments/${booked.appointment.id}/cancel`;
  await app.api("POST", path, { key: app.adminKey, body: { reason: "staff_missing" } });
  await world.plan();
  return booked;
}

/** Has somebody called about a visit that stands, with an administration's own words. */
async function noticed(minutes: number, isUrgent = false): Promise<Booked> {
  const booked = await world.book(landline, minutes);
  const body = {
    kind: "notify",
    filter: { from: "2027-06-09", to: "2027-06-09" },
    texts: { it: "Gentile {{ first_name }}, porti due fotografie." },
    is_urgent: isUrgent,
  };
  const made = await app.api("POST", "/bulk-operations", { key: app.adminKey, body });
  if (made.status !== 201) throw new Error(made.text);
  const { rows } = await app.sql("SELECT id FROM bulk_operations ORDER BY id DESC LIMIT 1");
  await app.sql(
    `INSERT INTO phone_tasks
       (tenant_id, id, appointment_id, kind, cause, subject_version, facts, visit_at, next_at, not_after)
     SELECT tenant_id, gen_random_uuid(), id, $2, 'no_contact', 7,
       jsonb_build_object('operation_id', $3::text, 'is_urgent', $4::boolean), starts_at, clock_now(), starts_at
     FROM appointments WHERE id = $1`,
    [booked.appointment.id, isUrgent ? "urgent_notice" : "bulk_notice", rows[0]?.["id"], isUrgent],
  );
  return booked;
}

async function statusOf({ appointment }: Booked) {
  const { rows } = await app.sql("SELECT status, starts_at FROM appointments WHERE id = $1", [
    appointment.id,
  ]);
  return rows[0];
}

describe("the next call", () => {
  test("is given to one operator, with the number, the language and what to say", async () => {
    const booked = await cancelledByOffice(0);
    const page = await get(await next());
    expect(page.text).toContain('href="tel:0612345678"');
    expect(page.text).toContain(booked.appointment.reference);
    expect(page.text).toContain("abbiamo dovuto annullare questa visita");
    expect(page.text).toContain("Manca il personale.");
    expect(page.text).not.toContain("/m/");
  });

  test("says an operation's own words", async () => {
    await noticed(15);
    expect((await get(await next())).text).toContain("Gentile Ada, porti due fotografie.");
  });

  test("is another one for everybody who asks at the same time", async () => {
    for (const minutes of [0, 15, 30, 45]) await cancelledByOffice(minutes);
    const places = await Promise.all([next(), next(otherCookie), next(), next(otherCookie)]);
    expect(new Set(places.map((place) => place.split("?")[0])).size).toBe(4);
    expect(places.every((place) => place.includes("/calls/task/"))).toBe(true);
    expect(await next()).toContain("done=none");
  });

  test("is an urgent one before that of an earlier visit", async () => {
    await cancelledByOffice(30);
    const urgent = await noticed(90, true);
    expect((await get(await next())).text).toContain(urgent.appointment.reference);
  });

  test("can be narrowed to an operation", async () => {
    await cancelledByOffice(45);
    const told = await noticed(60);
    const { rows } = await app.sql(
      "SELECT facts ->> 'operation_id' AS id FROM phone_tasks WHERE status = 'open' AND kind = 'bulk_notice'",
    );
    const operation = String(rows[0]?.["id"]);
    const list = await get(`${base}/calls?operation=${operation}`);
    expect(list.text).toContain("Una telefonata da fare adesso.");
    const taken = await post(`${base}/calls/next`, { operation });
    const page = await get(taken.headers.get("location") ?? "");
    expect(page.text).toContain(told.appointment.reference);
    expect((await post(`${base}/calls/next`, { operation })).headers.get("location")).toContain(
      "done=none",
    );
  });

  test("is not shown to whoever does not have it, nor taken by looking", async () => {
    await cancelledByOffice(60);
    const place = await next();
    const other = await get(place, otherCookie);
    expect(other.headers.get("location")).toContain("refused=1");
    await world.goTo("2027-06-01T08:16:00Z");
    expect((await get(place)).headers.get("location")).toContain("refused=1");
    expect((await get(await next(otherCookie), otherCookie)).status).toBe(200);
  });

  test("is kept longer, or given back", async () => {
    await cancelledByOffice(75);
    const place = (await next()).split("?")[0] ?? "";
    await world.goTo("2027-06-01T08:10:00Z");
    await post(`${place}/take`);
    await world.goTo("2027-06-01T08:20:00Z");
    expect((await get(place)).status).toBe(200);
    expect((await post(`${place}/return`)).headers.get("location")).toContain("done=returned");
    expect((await next(otherCookie)).split("?")[0]).toBe(place);
  });
});

describe("what came of a call", () => {
  test("has to be stated, and a note stays with the call", async () => {
    await cancelledByOffice(90);
    const place = await next();
    const wrong = await post(place, { note: "x".repeat(301) });
    expect(wrong.status).toBe(422);
    expect(wrong.text.match(/aria-invalid="true"/g)).toHaveLength(2);
    const fields = {
      answer: "not_reached",
      again_on: "2027-06-01",
      again_at: "11:30",
      note: "Figlia: richiamare",
    };
    expect((await post(place, fields)).headers.get("location")).toContain("done=noted");
    expect(await next()).toContain("done=none");
    await world.goTo("2027-06-01T09:31:00Z");
    expect((await get(await next(otherCookie), otherCookie)).text).toContain("Figlia: richiamare");
    const { rows } = await app.sql("SELECT note_encrypted FROM call_notes");
    expect(rows.some((row) => String(row["note_encrypted"]).includes("Figlia"))).toBe(false);
  });

  test("is not a time that has passed", async () => {
    await cancelledByOffice(105);
    const place = await next();
    const fields = { answer: "not_reached", again_on: "2027-06-01", again_at: "09:30" };
    expect((await post(place, fields)).status).toBe(422);
  });

  test("can be another time, which nobody is called about again", async () => {
    const booked = await noticed(120);
    const place = await next();
    const page = await get(place);
    const start = /<option value="(2027-[^"]+)"/.exec(page.text)?.[1] ?? "";
    const done = await post(place, { answer: "move", start });
    expect(done.headers.get("location")).toContain("done=noted");
    expect(await statusOf(booked)).toMatchObject({ starts_at: new Date(start) });
    await world.plan();
    const tasks = await world.tasksOf(booked.appointment.id);
    expect(tasks.filter(({ kind }) => kind === "change")).toEqual([]);
  });

  test("needs a time where another one is wanted", async () => {
    await noticed(135);
    const place = await next();
    const answer = await post(place, {
      answer: "move",
      start: "2027-06-09T03:00:00.000Z",
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("Scegli il nuovo orario");
  });

  test("can be that it is cancelled", async () => {
    const booked = await noticed(150);
    await post(await next(), { answer: "cancel" });
    expect(await statusOf(booked)).toMatchObject({ status: "cancelled" });
  });

  test("is nobody's to state who has not got the call", async () => {
    await cancelledByOffice(165);
    const place = await next();
    const answer = await post(place, { answer: "told" }, otherCookie);
    expect(answer.headers.get("location")).toContain("refused=1");
    const { rows } = await app.sql(
      "SELECT FROM phone_tasks WHERE status = 'done' AND visit_at = $1",
      [new Date(firstSlot.getTime() + 165 * 60_000)],
    );
    expect(rows).toEqual([]);
  });
});

describe("the list of calls", () => {
  test("says so when there is nothing to do", async () => {
    const page = await get(`${base}/calls`);
    expect(page.text).toContain("Nessuna telefonata da fare adesso.");
    expect(page.text).not.toContain("Prossima telefonata");
  });

  test("names nobody, and has the failures of messages too", async () => {
    const booked = await cancelledByOffice(180);
    await app.sql("UPDATE phone_tasks SET cause = 'failed' WHERE appointment_id = $1", [
      booked.appointment.id,
    ]);
    const page = await get(`${base}/calls`);
    expect(page.text).toContain(booked.appointment.reference);
    expect(page.text).toContain("messaggio non riuscito");
    expect(page.text).not.toContain("Bianchi");
    expect(page.text).not.toContain("1234");
  });

  test("is for keys that may see appointments", async () => {
    const { token } = await createApiKey(app.deps, world.context, {
      kind: "secret",
      name: "Planner",
      scopes: ["schedule"],
    });
    const planner = await signIn(token);
    expect((await get(`${base}/calls`, planner)).status).toBe(403);
    expect((await post(`${base}/calls/next`, {}, planner)).status).toBe(403);
    expect((await get(`${base}/calls`, "")).headers.get("location")).toContain("/sign-in");
  });
});
