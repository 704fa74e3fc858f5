/** The demo municipality, imported as it is shipped, for tests that state its published rules. */
import { readFile } from "node:fs/promises";
import { bookedSchema } from "../../src/appointments/schema.ts";
import type { RequestContext } from "../../src/context.ts";
import { importMunicipality } from "../../src/imports/import-municipality.ts";
import { generateSlots } from "../../src/scheduling/generate-slots.ts";
import { availabilitySchema } from "../../src/slots/availability/schema.ts";
import { localTimeOf } from "../../src/time/wall-clock.ts";
import { type ApiAnswer, createTestApp, type TestApp, type TestTenant } from "./test-app.ts";

/** A start as it is shown: wall time at the site, and how many more visits fit at least. */
export interface ShownStart {
  readonly time: string;
  readonly places: number;
  readonly startsAt: string;
}

/** One slot in wall time of its site. */
export interface ShownSlot {
  readonly time: string;
  readonly end: string;
  readonly mode: string;
  readonly capacity: number;
}

/** What is asked for. */
export interface Search {
  readonly service: string;
  readonly site: string;
  readonly date: string;
  /** Staff's key; citizens unless said. */
  readonly key?: string;
  readonly channel?: string;
}

/** A visit to be booked. */
export interface Wish extends Search {
  /** `HH:MM` at the site. */
  readonly time: string;
  readonly body?: object;
}

export interface DemoWorld {
  readonly app: TestApp;
  readonly town: TestTenant;
  /** Sets the clock (ISO with offset) and lets the slots of these resources follow. */
  readonly at: (instant: string, resources: readonly string[]) => Promise<void>;
  /** The shown starts of a date, and the day's status. */
  readonly day: (search: Search) => Promise<{ status: string; starts: ShownStart[] }>;
  readonly slots: (resource: string, date: string) => Promise<ShownSlot[]>;
  readonly book: (wish: Wish) => Promise<ApiAnswer>;
  /** Books and expects that to work. */
  readonly booked: (wish: Wish) => Promise<ReturnType<typeof bookedSchema.parse>>;
  readonly call: (
    method: string,
    path: string,
    options?: { key?: string; body?: unknown },
  ) => Promise<ApiAnswer>;
  readonly context: RequestContext;
}

/** Imports one of the demo documents into a fresh database. `afterAll(() => world.app.close())`. */
export async function createDemoWorld(file: string, slug: string): Promise<DemoWorld> {
  const app = await createTestApp();
  const town = await app.addTenant(slug);
  const context: RequestContext = {
    tenant: town.tenant,
    actor: { kind: "system" },
    requestId: "test",
  };
  const document: unknown = JSON.parse(await readFile(`data/demo/${file}`, "utf8"));
  const report = await importMunicipality(app.deps, context, { document, isDryRun: false });
  if (!report.is_applied) throw new Error(JSON.stringify(report.problems));
  const call: DemoWorld["call"] = (method, path, options = {}) =>
    app.api(method, path, { ...options, tenant: town.tenant });
  const zone = town.tenant.timeZone;
  const day: DemoWorld["day"] = (search) => showDay(call, zone, search);
  const book: DemoWorld["book"] = async (wish) => {
    const { starts } = await day(wish);
    const start = starts.find(({ time }) => time === wish.time);
    if (!start) throw new Error(`${wish.service} does not start at ${wish.date} ${wish.time}`);
    return call("POST", "/appointments", {
      ...(wish.key === undefined ? {} : { key: wish.key }),
      body: {
        services: [wish.service],
        site: wish.site,
        starts_at: start.startsAt,
        booker: { name: "Ada Bianchi" },
        ...(wish.channel === undefined ? {} : { channel: wish.channel }),
        ...wish.body,
      },
    });
  };
  return {
    app,
    town,
    call,
    day,
    book,
    context,
    at: (instant, resources) => goTo({ app, context }, instant, resources),
    slots: (resource, date) => showSlots(app, zone, { tenantId: town.tenant.id, resource, date }),
    booked: async (wish) => {
      const answer = await book(wish);
      if (answer.status !== 201) throw new Error(answer.text);
      return answer.as(bookedSchema);
    },
  };
}

async function goTo(
  { app, context }: Pick<DemoWorld, "app" | "context">,
  instant: string,
  resources: readonly string[],
): Promise<void> {
  await app.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [instant]);
  const { rows } = await app.sql(
    "SELECT id FROM resources WHERE tenant_id = $1 AND code = ANY ($2)",
    [context.tenant.id, resources],
  );
  if (rows.length !== resources.length) throw new Error(`Not all of ${resources.join()} are there`);
  for (const row of rows) {
    await generateSlots(app.deps, context, { resourceId: String(row["id"]) });
  }
}

async function showDay(
  call: DemoWorld["call"],
  zone: string,
  { service, site, date, key, channel }: Search,
): Promise<{ status: string; starts: ShownStart[] }> {
  const query = new URLSearchParams({ service, site, from: date, to: date });
  if (channel !== undefined) query.set("channel", channel);
  const answer = await call(
    "GET",
    `/availability?${query.toString()}`,
    key === undefined ? {} : { key },
  );
  const [shown] = answer.as(availabilitySchema).days;
  return {
    status: shown?.status ?? "none",
    starts: (shown?.starts ?? []).map(({ starts_at: startsAt, places }) => ({
      time: localTimeOf(Date.parse(startsAt), zone),
      places,
      startsAt,
    })),
  };
}

async function showSlots(
  app: TestApp,
  zone: string,
  { tenantId, resource, date }: { tenantId: string; resource: string; date: string },
): Promise<ShownSlot[]> {
  const { rows } = await app.sql(
    `SELECT s.starts_at, s.ends_at, s.mode, s.capacity
       FROM slots s
       JOIN resources r ON r.tenant_id = s.tenant_id AND r.id = s.resource_id
      WHERE s.tenant_id = $1 AND r.code = $2 AND s.local_date = $3 AND s.capacity > 0
      ORDER BY s.starts_at`,
    [tenantId, resource, date],
  );
  return rows.map((row) => ({
    time: wallTime(row["starts_at"], zone),
    end: wallTime(row["ends_at"], zone),
    mode: String(row["mode"]),
    capacity: Number(row["capacity"]),
  }));
}

function wallTime(instant: unknown, zone: string): string {
  if (!(instant instanceof Date)) throw new Error("Not an instant");
  return localTimeOf(instant.getTime(), zone);
}

/** The stretches without a break that slots cover, such as `08:30-12:30`. */
export function stretches(slots: readonly ShownSlot[]): string[] {
  const spans: { from: string; to: string }[] = [];
  for (const { time, end } of slots) {
    const last = spans.at(-1);
    if (last?.to === time) last.to = end;
    else spans.push({ from: time, to: end });
  }
  return spans.map(({ from, to }) => `${from}-${to}`);
}

/** The slug of a refusal, or its status when it is none. */
export function refusalOf(answer: ApiAnswer): string {
  const type = /"type":"[^"]*\/problems\/([a-z-]+)"/.exec(answer.text)?.[1];
  return type ?? String(answer.status);
}
