import { z } from "zod";
import { bookedSchema } from "../../src/appointments/schema.ts";
import { expireEntries } from "../../src/waitlist/entries/expire-entries.ts";
import { endOffers } from "../../src/waitlist/offers/end-offers.ts";
import { type OfferDeps, offerPlaces } from "../../src/waitlist/offers/offer-places.ts";
import { entrySchema, joinedSchema } from "../../src/waitlist/schema.ts";
import {
  type ApiAnswer,
  createTestApp,
  type TestApp,
  type TestAppOptions,
} from "../support/test-app.ts";
import {
  buildTown,
  daysAhead,
  type Town,
  type TownResource,
  type TownService,
} from "../support/town.ts";

export type Joined = z.infer<typeof joinedSchema>;
export type Entry = z.infer<typeof entrySchema>;

/** An administration with a waitlist, whose offers are made and ended step by step. */
export interface WaitlistWorld {
  readonly app: TestApp;
  readonly town: Town;
  /** The first slot of the first resource. */
  readonly firstSlot: Date;
  readonly offering: OfferDeps;
  /** Joins for the first service, the whole month around the slots; `more` overrides. Throws what is refused. */
  readonly join: (name: string, more?: object, key?: string) => Promise<Joined>;
  readonly tryToJoin: (name: string, more?: object, key?: string) => Promise<ApiAnswer>;
  /** Books a quarter of an hour at so many minutes after the first slot. */
  readonly book: (name: string, minutes: number) => Promise<z.infer<typeof bookedSchema>>;
  readonly cancel: (appointmentId: string) => Promise<void>;
  readonly offer: () => Promise<number>;
  readonly end: () => ReturnType<typeof endOffers>;
  readonly expire: () => Promise<number>;
  readonly entry: (joined: Joined) => Promise<Entry>;
  readonly accept: (joined: Joined, offerId?: string) => Promise<ApiAnswer>;
  readonly decline: (joined: Joined) => Promise<ApiAnswer>;
  readonly put: (settings: object) => Promise<void>;
  readonly goTo: (instant: Date | string) => Promise<void>;
  /** Back to the beginning: nothing booked, nobody waiting. */
  readonly reset: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface WaitlistWorldOptions extends TestAppOptions {
  readonly services?: readonly TownService[];
  readonly resources?: readonly TownResource[];
  readonly settings?: object;
}

/** The first slot of the usual desk: at eight (UTC), some days ahead. */
export const firstSlot = daysAhead(12);
/** When the tests begin: the day after tomorrow at ten (UTC), when nobody sleeps. */
export const beginning = daysAhead(2, 10);

const usualSettings = { is_on: true, people_per_place: 1, answer_minutes: 720, lapses_max: 2 };

/** Starts a world: one desk with four quarters of an hour unless said. `afterAll(() => world.close())`. */
export async function createWaitlistWorld(
  options: WaitlistWorldOptions = {},
): Promise<WaitlistWorld> {
  const app = await createTestApp(options);
  const services = options.services ?? [{ code: "id-card" }];
  const town = await buildTown(app, {
    services,
    resources: options.resources ?? [
      { code: "desk", offers: ["id-card"], from: firstSlot, cells: 4 },
    ],
  });
  const offering: OfferDeps = {
    ...app.deps,
    available: { email: true, sms: true },
    onSealedFault: (id, error) => {
      throw new Error(`The wish ${id} cannot be opened`, { cause: error });
    },
  };
  const serviceId = town.services[services[0]?.code ?? ""] ?? "";
  const world = { app, town, serviceId };
  await goTo(app, beginning);
  await put(world, { ...usualSettings, ...options.settings });
  const tryToJoin: WaitlistWorld["tryToJoin"] = (name, more, key) =>
    tryJoin(world, { name, more, key });
  return {
    ...world,
    firstSlot,
    offering,
    tryToJoin,
    join: async (...wish) => {
      const answer = await tryToJoin(...wish);
      if (answer.status !== 201) throw new Error(answer.text);
      return answer.as(joinedSchema);
    },
    book: (name, minutes) => book(world, name, minutes),
    cancel: async (id) => {
      const body = { reason: "other" };
      await app.api("POST", `/appointments/${id}/cancel`, { key: app.adminKey, body });
    },
    offer: () => offerPlaces(offering, app.tenant),
    end: () => endOffers(app.deps, app.tenant.id),
    expire: () => expireEntries(app.deps, app.tenant.id),
    entry: (joined) => readEntry(app, joined),
    accept: async (joined, offerId) => {
      const id = offerId ?? (await readEntry(app, joined)).offer?.id;
      return app.api("POST", `/waitlist-offers/${id}/accept`, { key: joined.token });
    },
    decline: async (joined) => {
      const { offer } = await readEntry(app, joined);
      return app.api("POST", `/waitlist-offers/${offer?.id}/decline`, { key: joined.token });
    },
    put: (settings) => put(world, { ...usualSettings, ...options.settings, ...settings }),
    goTo: (instant) => goTo(app, instant),
    reset: () => reset(app),
    close: () => app.close(),
  };
}

async function reset(app: TestApp): Promise<void> {
  await goTo(app, beginning);
  for (const table of [
    "messages",
    "waitlist_offers",
    "waitlist_places",
    "waitlist_entries",
    "idempotency_replies",
  ])
    await app.sql(`DELETE FROM ${table}`);
  await app.sql("DELETE FROM allocations");
  await app.sql("UPDATE slots SET taken = 0");
  await app.sql(`
    UPDATE appointments
    SET status = 'cancelled', cancelled_at = clock_now(), cancelled_by = 'system', cancel_reason = 'lapsed'
    WHERE status = 'booked'`);
}

interface World {
  readonly app: TestApp;
  readonly town: Town;
  readonly serviceId: string;
}

async function goTo(app: TestApp, instant: Date | string): Promise<void> {
  await app.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [instant]);
}

async function put({ app, serviceId }: World, settings: object): Promise<void> {
  const path = `/services/${serviceId}/waitlist`;
  const { version } = (await app.api("GET", path, { key: app.adminKey })).as(
    z.object({ version: z.number() }),
  );
  const body = { ...settings, version };
  const answer = await app.api("PUT", path, { key: app.adminKey, body });
  if (answer.status !== 200) throw new Error(answer.text);
}

async function tryJoin(
  { app, serviceId }: World,
  wish: {
    readonly name: string;
    readonly more: object | undefined;
    readonly key: string | undefined;
  },
): Promise<ApiAnswer> {
  const { name, more = {}, key } = wish;
  const isExchange = "appointment_id" in more;
  const mailbox = name.toLowerCase().replaceAll(" ", ".");
  return app.api("POST", "/waitlist-entries", {
    key,
    body: {
      ...(isExchange
        ? {}
        : { services: [serviceId], booker: { name, email: `${mailbox}@example.org` } }),
      to: daysAhead(40).toISOString().slice(0, 10),
      ...more,
    },
  });
}

async function book({ app, town, serviceId }: World, name: string, minutes: number) {
  const answer = await app.api("POST", "/appointments", {
    body: {
      services: [serviceId],
      site: town.siteId,
      starts_at: new Date(firstSlot.getTime() + minutes * 60_000).toISOString(),
      booker: { name },
    },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.as(bookedSchema);
}

async function readEntry(app: TestApp, { entry, token }: Joined): Promise<Entry> {
  const answer = await app.api("GET", `/waitlist-entries/${entry.id}`, { key: token });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.as(entrySchema);
}
