import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import type { RequestContext } from "../../src/context.ts";
import { createDatabase, type Database } from "../../src/db/database.ts";
import { createPool } from "../../src/db/pool.ts";
import { type DomainEvent, recordEvents } from "../../src/events/record-events.ts";
import { initTenant } from "../../src/identity/init-tenant.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** A database of one test file, as the service and as its administrator see it. */
export interface EventDatabase {
  readonly db: Database;
  readonly admin: pg.Pool;
  /** Another pool on the same database, as another process has one. */
  readonly connect: () => Database;
  readonly addTenant: (slug: string) => Promise<RequestContext>;
  /** Records `count` events that are relayed, in one transaction; returns their subjects' ids. */
  readonly record: (
    context: RequestContext,
    count: number,
    event?: Partial<DomainEvent>,
  ) => Promise<string[]>;
  readonly shiftClock: (interval: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Clones a database for events; `afterAll(() => database.close())`. */
export async function createEventDatabase(): Promise<EventDatabase> {
  const database = await createTestDatabase();
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 4 });
  admin.on("error", () => undefined);
  const connect = (): Database =>
    createDatabase(createPool(database.serviceUrl, { max: 4, onError: () => undefined }));
  const db = connect();
  return {
    db,
    admin,
    connect,
    addTenant: async (slug) => {
      const facts = { slug, name: { it: slug }, languages: ["it"] as const };
      const place = { timeZone: "Europe/Rome", holidayCountry: "IT" };
      const { tenant } = await initTenant({ db }, { ...facts, ...place });
      return { tenant, actor: { kind: "system" }, requestId: uuidv7() };
    },
    record: async (context, count, event = {}) => {
      const events = Array.from({ length: count }, () => eventOf(event));
      await db.inTenant(context.tenant.id, (trx) => recordEvents(trx, context, events));
      return events.map(({ subjectId }) => subjectId);
    },
    shiftClock: async (interval) =>
      void (await admin.query("UPDATE clock_shift SET shift = $1", [interval])),
    close: async () => {
      await db.close();
      await admin.end();
      await database.drop();
    },
  };
}

function eventOf(event: Partial<DomainEvent>): DomainEvent {
  return {
    kind: "thing.happened",
    subjectKind: "thing",
    subjectId: uuidv7(),
    isRelayed: true,
    ...event,
  };
}
