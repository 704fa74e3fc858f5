import { z } from "zod";
import { type ApiAnswer, createTestApp, type TestApp } from "./test-app.ts";

const thing = z.looseObject({ id: z.string(), version: z.number() });
const followUp = z.looseObject({ applied: z.string() });
const changed = z.looseObject({ slots: followUp });

/** What a change of the schedule answered. */
export type Changed = {
  readonly id: string;
  readonly version: number;
  readonly slots: z.infer<typeof followUp>;
};

/** One slot as the database has it; instants as ISO UTC without milliseconds. */
export type SlotRow = {
  readonly starts_at: string;
  readonly ends_at: string;
  readonly local_date: string;
  readonly ordinal: number;
  readonly mode: string;
  readonly capacity: number;
  readonly taken: number;
};

/** A site with one service and one resource, which no other office offers. */
export type Office = {
  readonly siteId: string;
  readonly serviceId: string;
  readonly resourceId: string;
  /** What names a visit here. */
  readonly visit: (startsAt: string) => object;
  /** Books as a citizen on the web; the appointment's id. */
  readonly book: (startsAt: string, facts?: object) => Promise<string>;
};

/** An administration, for tests about openings and slots; everything is made through the API. */
export type ScheduleWorld = {
  readonly app: TestApp;
  readonly addOffice: (facts?: {
    site?: object;
    service?: object;
    resource?: object;
  }) => Promise<Office>;
  readonly addSite: (facts?: object) => Promise<string>;
  readonly addService: (facts?: object) => Promise<string>;
  readonly addResource: (siteId: string, facts?: object) => Promise<string>;
  readonly addOpening: (resourceId: string, facts?: object) => Promise<Changed>;
  readonly addClosure: (facts: object) => Promise<Changed>;
  /** Calls the schedule's operations as the administrator. */
  readonly call: (method: string, path: string, body?: unknown) => Promise<ApiAnswer>;
  readonly slotsOf: (resourceId: string, from?: string, to?: string) => Promise<SlotRow[]>;
  /** Sets the database's clock. */
  readonly setClock: (instant: string) => Promise<void>;
};

const name = { it: "Prova", de: "Probe" };
let lastCode = 0;

/** A code nobody else uses. */
export function newCode(): string {
  lastCode += 1;
  return `c-${String(lastCode).padStart(4, "0")}`;
}

/** Starts the HTTP side on a fresh database, at the given instant. `afterAll(() => world.app.close())`. */
export async function createScheduleWorld(now: string): Promise<ScheduleWorld> {
  const app = await createTestApp();
  const setClock = async (instant: string): Promise<void> => {
    await app.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [instant]);
  };
  await setClock(now);
  const call: ScheduleWorld["call"] = (method, path, body) =>
    app.api(method, path, { key: app.adminKey, ...(body === undefined ? {} : { body }) });
  const add = async (path: string, body: object): Promise<string> =>
    expectStatus(await call("POST", path, body), 201).as(thing).id;
  const addSite = (facts: object = {}) =>
    add("/sites", { code: newCode(), name, time_zone: "Europe/Rome", ...facts });
  const addService = (facts: object = {}) =>
    add("/services", { code: newCode(), name, duration_minutes: 30, ...facts });
  const addResource = (siteId: string, facts: object = {}) =>
    add("/resources", { code: newCode(), name, site_id: siteId, cell_minutes: 30, ...facts });
  return {
    app,
    addSite,
    addService,
    addResource,
    addOffice: async (facts = {}) => {
      const siteId = await addSite(facts.site);
      const serviceId = await addService(facts.service);
      const offer = { service_ids: [serviceId], ...facts.resource };
      const resourceId = await addResource(siteId, offer);
      const visit = (startsAt: string) => ({
        services: [serviceId],
        site: siteId,
        starts_at: startsAt,
      });
      const booking = (startsAt: string, more: object = {}) =>
        book(app, { ...visit(startsAt), ...more });
      return { siteId, serviceId, resourceId, visit, book: booking };
    },
    addOpening: async (resourceId, facts = {}) => {
      const answer = await call("POST", "/openings", {
        code: newCode(),
        resource_id: resourceId,
        rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        starts_on: "2026-01-01",
        start_time: "08:00",
        end_time: "10:00",
        capacity: 2,
        ...facts,
      });
      return changedThing(expectStatus(answer, 201), "opening");
    },
    addClosure: async (facts) => {
      const answer = await call("POST", "/closures", { code: newCode(), ...facts });
      return changedThing(expectStatus(answer, 201), "closure");
    },
    call,
    slotsOf: (resourceId, from = "2000-01-01", to = "2100-01-01") =>
      readSlots(app, { resourceId, from, to }),
    setClock,
  };
}

/** Reads what an operation that changes a thing answered. */
export function changedThing(answer: ApiAnswer, key: string): Changed {
  const body = answer.as(changed);
  const { id, version } = thing.parse(body[key]);
  return { id, version, slots: body.slots };
}

/** The answer, when it has the status; else an error with what it says. */
export function expectStatus(answer: ApiAnswer, status: number): ApiAnswer {
  if (answer.status !== status) throw new Error(`${answer.status}: ${answer.text}`);
  return answer;
}

/** The slug of a problem answer. */
export function problemOf(answer: ApiAnswer): string {
  return (
    answer
      .as(z.looseObject({ type: z.string() }))
      .type.split("/")
      .at(-1) ?? ""
  );
}

async function book({ api, widgetKey: key }: TestApp, visit: object): Promise<string> {
  const body = { booker: { name: "Ada Rossi" }, ...visit };
  const answer = expectStatus(await api("POST", "/appointments", { key, body }), 201);
  return answer.as(z.looseObject({ appointment: z.looseObject({ id: z.string() }) })).appointment
    .id;
}

async function readSlots(
  { sql }: TestApp,
  { resourceId, from, to }: { resourceId: string; from: string; to: string },
): Promise<SlotRow[]> {
  const { rows } = await sql(
    `SELECT to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') AS starts_at,
            to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') AS ends_at,
            local_date::text AS local_date, ordinal, mode, capacity, taken
       FROM slots
      WHERE resource_id = $1 AND local_date BETWEEN $2 AND $3
      ORDER BY starts_at`,
    [resourceId, from, to],
  );
  const slot = z.object({
    starts_at: z.string(),
    ends_at: z.string(),
    local_date: z.string(),
    ordinal: z.number(),
    mode: z.string(),
    capacity: z.number(),
    taken: z.number(),
  });
  return z.array(slot).parse(rows);
}
