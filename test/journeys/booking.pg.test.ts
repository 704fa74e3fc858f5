/**
 * The whole way as an integrator and a citizen go it: command line, API and worker are processes of their own that have
 * nothing but the restricted role, and everything is asked for over HTTP.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import ICAL from "ical.js";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openApiDocument } from "../../src/app.ts";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { auditVerificationSchema } from "../../src/events/schema.ts";
import { availabilitySchema, nextStartsSchema } from "../../src/slots/availability/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { systemNow } from "../../src/time/clock.ts";
import { addDays } from "../../src/time/local-date.ts";
import { localDateOf } from "../../src/time/wall-clock.ts";
import { createDataDirs, endService, startService } from "../lifecycle/service-process.ts";
import { createTestDatabase } from "../support/test-database.ts";
import { createResponseCheck } from "../support/validate-response.ts";

const run = promisify(execFile);
const database = await createTestDatabase();
const admin = new pg.Client({ connectionString: database.adminUrl });
const dirs = createDataDirs();
const DOCUMENT = join("data", "demo", "comune-di-esempio.json");
const settings = {
  DATABASE_URL: database.serviceUrl,
  SECRET_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  STOP_DELAY_SECONDS: "0",
};
/** One desk, one person at a time. */
const visit = { services: ["carta-identita"], site: "carte-identita" };
const asked = "service=carta-identita&site=carte-identita";
const tomorrow = addDays(localDateOf(systemNow().getTime(), "Europe/Rome"), 1);
const searched = `/availability?${asked}&from=${tomorrow}&to=${addDays(tomorrow, 14)}`;
const polling = { timeout: 30_000, interval: 100 };

let base: string;
let adminKey: string;

beforeAll(async () => {
  await admin.connect();
  await sportello({ DATABASE_ADMIN_URL: database.adminUrl }, "migrate");
  const initiated = await sportello({}, "init", DOCUMENT);
  adminKey = /spo_sk_\S+/.exec(initiated)?.[0] ?? "";
  const server = startService(settings, "server.ts");
  const worker = startService(settings, "worker.ts");
  base = `${await server.ready}/v1/demo`;
  await worker.ready;
  stopAll = async () => {
    const codes = [await endService(server), await endService(worker)].map(({ code }) => code);
    if (codes.some((code) => code !== 0)) throw new Error(`Not stopped cleanly: ${codes.join()}`);
  };
}, 120_000);
let stopAll: () => Promise<void> = async () => undefined;
afterAll(async () => {
  await stopAll();
  await dirs.removeAll();
  await admin.end();
  await database.drop();
}, 60_000);

async function sportello(more: Record<string, string>, ...args: string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], ...settings, ...more };
  const { stdout } = await run(process.execPath, ["src/cli.ts", ...args], { env });
  return stdout;
}

interface Asked {
  readonly key?: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

const checkResponse = createResponseCheck(openApiDocument());

/** Calls the API and checks what it answers against its document. */
async function call(method: string, path: string, { key, body, idempotencyKey }: Asked = {}) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status } = response;
  const contentType = response.headers.get("content-type");
  const plainPath = new URL(response.url).pathname;
  checkResponse({ method, path: plainPath, status, contentType, text });
  const parse = <T>(schema: { parse: (value: unknown) => T }): T => {
    if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
    return schema.parse(JSON.parse(text));
  };
  return { status, text, as: parse };
}

async function freeStarts(): Promise<string[]> {
  const { days } = (await call("GET", searched)).as(availabilitySchema);
  return days.flatMap((day) => day.starts.map((start) => start.starts_at));
}

async function calendarFile(id: string, key: string) {
  const { text } = await call("GET", `/appointments/${id}/calendar.ics`, { key });
  const calendar = ICAL.Component.fromString(text);
  const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent") ?? undefined);
  return {
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: event.sequence,
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
  };
}

function personNamed(name: string) {
  return { booker: { name }, participants: [{ name, answers: { situation: "renewal" } }] };
}

test("import, search, hold, extend, book, read, move, cancel; the place is free again for somebody else", {
  timeout: 120_000,
}, async () => {
  expect(await sportello({}, "import", DOCUMENT)).toContain("Dry run: nothing was written.");
  expect((await call("GET", searched)).status).toBe(404);
  expect(await sportello({}, "import", DOCUMENT, "--apply")).toContain("Written.");
  expect(await sportello({}, "import", DOCUMENT, "--apply")).toContain("0 created, 0 changed");

  // The worker makes the slots of all resources, one after the other.
  await expect.poll(freeStarts, polling).not.toEqual([]);
  const free = await freeStarts();
  const next = (await call("GET", `/availability/next?${asked}&limit=20`)).as(nextStartsSchema);
  const first = next.starts.find((start) => start.starts_at === free[0]);
  expect(first).toMatchObject({ places: 1, time_zone: "Europe/Rome" });
  const [start = "", other = ""] = free;

  const held = (await call("POST", "/holds", { body: { ...visit, starts_at: start } })).as(
    holdSchema,
  );
  await expect.poll(freeStarts, polling).not.toContain(start);
  const extended = (await call("POST", `/holds/${held.id}/extend`)).as(holdSchema);
  expect(extended.extensions_left).toBe(held.extensions_left - 1);
  expect(Date.parse(extended.expires_at)).toBeGreaterThan(Date.parse(held.expires_at));
  const tooLate = { body: { ...visit, starts_at: start, ...personNamed("Ugo Verdi") } };
  expect((await call("POST", "/appointments", tooLate)).status).toBe(409);

  const request = {
    body: { hold_id: held.id, ...personNamed("Ada Bianchi") },
    idempotencyKey: "journey-1",
  };
  const booked = (await call("POST", "/appointments", request)).as(bookedSchema);
  const { id } = booked.appointment;
  const key = booked.manage_token;
  expect((await call("POST", "/appointments", request)).as(bookedSchema)).toEqual(booked);
  expect((await call("GET", `/appointments/${id}`)).status).toBe(401);
  const read = (await call("GET", `/appointments/${id}`, { key })).as(appointmentSchema);
  expect(read).toEqual(booked.appointment);
  expect(read).toMatchObject({ starts_at: start, status: "booked", version: 1 });
  expect(read.documents.map(({ code }) => code)).toContain("vecchia-carta");
  const bookedFile = await calendarFile(id, key);
  expect(bookedFile).toMatchObject({ method: "PUBLISH", start, end: read.ends_at });

  const moved = (
    await call("POST", `/appointments/${id}/reschedule`, { key, body: { starts_at: other } })
  ).as(appointmentSchema);
  expect(moved).toMatchObject({ starts_at: other, reference: read.reference, version: 2 });
  const movedFile = await calendarFile(id, key);
  expect(movedFile).toMatchObject({ method: "PUBLISH", uid: bookedFile.uid, start: other });
  expect(movedFile.sequence).toBeGreaterThan(bookedFile.sequence);
  await expect.poll(freeStarts, polling).toContain(start);
  await expect.poll(freeStarts, polling).not.toContain(other);

  const cancelled = (await call("POST", `/appointments/${id}/cancel`, { key, body: {} })).as(
    appointmentSchema,
  );
  expect(cancelled).toMatchObject({ status: "cancelled", cancelled: { by: "citizen" } });
  const lastFile = await calendarFile(id, key);
  expect(lastFile).toMatchObject({ method: "CANCEL", uid: bookedFile.uid, start: other });
  expect(lastFile.sequence).toBeGreaterThan(movedFile.sequence);

  await expect.poll(freeStarts, polling).toEqual(free);
  const again = { body: { ...visit, starts_at: other, ...personNamed("Ugo Verdi") } };
  const another = (await call("POST", "/appointments", again)).as(bookedSchema).appointment;
  expect(another.reference).not.toBe(read.reference);
  await expect.poll(freeStarts, polling).not.toContain(other);

  await expect
    .poll(() => relayedKinds(id), polling)
    .toEqual(["appointment.booked", "appointment.rescheduled", "appointment.cancelled"]);
  await expect.poll(() => relayedKinds(another.id), polling).toEqual(["appointment.booked"]);
  await expect.poll(auditState, polling).toMatchObject({ status: "ok", unsealed: { count: 0 } });
  expect(await auditedKinds(id)).toEqual(await relayedKinds(id));
  expect(await usersOfTheDatabase()).toEqual([new URL(database.serviceUrl).username]);
});

async function relayedKinds(subjectId: string): Promise<unknown[]> {
  const { rows } = await admin.query<{ kind: string }>(
    "SELECT kind FROM outbox_events WHERE subject_id = $1 AND status = 'relayed' ORDER BY id",
    [subjectId],
  );
  return rows.map(({ kind }) => kind);
}

async function auditedKinds(subjectId: string): Promise<unknown[]> {
  const { rows } = await admin.query<{ kind: string }>(
    "SELECT kind FROM audit_events WHERE subject_id = $1 ORDER BY id",
    [subjectId],
  );
  return rows.map(({ kind }) => kind);
}

async function auditState() {
  const answer = await call("GET", "/audit-events/verification", { key: adminKey });
  const verification = answer.as(auditVerificationSchema);
  expect(verification.next_from_seq).toBeNull();
  return verification;
}

/** Who is logged in, but for this test. */
async function usersOfTheDatabase(): Promise<unknown[]> {
  const { rows } = await admin.query<{ usename: string }>(
    `SELECT DISTINCT a.usename
     FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'`,
  );
  return rows.map(({ usename }) => usename);
}
