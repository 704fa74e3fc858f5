import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { RequestContext } from "../../src/context.ts";
import { recordEvents } from "../../src/events/record-events.ts";
import { sealAudit, type SealReach } from "../../src/events/seal-audit.ts";
import { type AuditVerification, verifyAudit } from "../../src/events/verify-audit.ts";
import { createEventDatabase } from "./event-database.ts";

const database = await createEventDatabase();
const { db, admin } = database;
let context: RequestContext;
let tenantId: string;
let slugs = 0;

beforeEach(async () => {
  slugs += 1;
  context = await database.addTenant(`comune-${slugs}`);
  tenantId = context.tenant.id;
  await sealAll();
});
afterAll(() => database.close());

const seal = (options: { reach?: SealReach; batchMax?: number } = {}) =>
  sealAudit({ db }, { tenantId, ...options });

const verify = (
  options: { fromSeq?: number; countMax?: number } = {},
): Promise<AuditVerification> =>
  db.inTenant(tenantId, (trx) => verifyAudit(trx, tenantId, options));

/**
 * Seals until nothing is left; returns how many. A transaction of another test file, in another database of the
 * cluster, holds the sealer up for as long as it lasts.
 */
async function sealAll(): Promise<number> {
  let count = 0;
  const sealRest = async (): Promise<void> => {
    count += await seal();
    expect((await verify()).unsealed.count).toBe(0);
  };
  await vi.waitFor(sealRest, { timeout: 20_000, interval: 20 });
  return count;
}

/** The subjects of the sealed events, in the order of seals. */
async function sealedSubjects(): Promise<string[]> {
  const { rows } = await admin.query<{ subject_id: string }>(
    `SELECT e.subject_id FROM audit_seals s JOIN audit_events e ON e.tenant_id = s.tenant_id AND e.id = s.event_id
     WHERE s.tenant_id = $1 ORDER BY s.seq`,
    [tenantId],
  );
  return rows.map(({ subject_id }) => subject_id);
}

/** What somebody with the database's own rights does behind the service's back. */
async function tamper(sql: string, values: unknown[] = []): Promise<void> {
  const client = await admin.connect();
  try {
    await client.query("SET session_replication_role = replica");
    const { rowCount } = await client.query(sql, [tenantId, ...values]);
    expect(rowCount).toBeGreaterThan(0);
  } finally {
    await client.query("SET session_replication_role = origin");
    client.release();
  }
}

/** Writes an event with a chosen id, as if its transaction had been given the id when it was that number's turn. */
async function insertEvent(id: number, subjectId: string): Promise<void> {
  await admin.query(
    `INSERT INTO audit_events (tenant_id, id, kind, subject_kind, subject_id, actor_kind)
     OVERRIDING SYSTEM VALUE
     VALUES ($1, $2, 'thing.happened', 'thing', $3, 'system')`,
    [tenantId, id, subjectId],
  );
}

/** A transaction that has recorded one event and commits when told. */
function openTransaction(subjectId: string) {
  const recorded = Promise.withResolvers<void>();
  const ending = Promise.withResolvers<void>();
  const ended = db.inTenant(tenantId, async (trx) => {
    const event = { kind: "thing.happened", subjectKind: "thing", subjectId } as const;
    await recordEvents(trx, context, [{ ...event, isRelayed: false }]);
    recorded.resolve();
    await ending.promise;
  });
  const commit = async (): Promise<void> => {
    ending.resolve();
    await ended;
  };
  return { recorded: recorded.promise, commit };
}

const idOf = (number: number): string => `00000000-0000-7000-8000-00000000000${number}`;
const early = idOf(1);

describe("the sealer", () => {
  test("chains every event once, in the order of ids", async () => {
    const subjects = await database.record(context, 5);
    expect(await sealAll()).toBe(5);
    expect(await seal()).toBe(0);
    expect((await sealedSubjects()).slice(-5)).toEqual(subjects);
    expect(await verify()).toMatchObject({ status: "ok", unsealed: { count: 0 } });
  });

  test("does not lose an event with a lower id that commits after newer ones", async () => {
    const late = openTransaction(early);
    await late.recorded;
    const [newer] = await database.record(context, 1);
    expect(await seal()).toBe(0);
    await late.commit();
    expect(await sealAll()).toBe(2);
    expect((await sealedSubjects()).slice(-2)).toEqual([early, newer]);
    expect(await verify()).toMatchObject({ status: "ok", unsealed: { count: 0 } });
  });

  test("gives a late event a later place when a newer id was sealed before it", async () => {
    // Begun first, so that its number is below that of the late one, which takes the lower id.
    const client = await admin.connect();
    await client.query("BEGIN");
    await client.query("SELECT pg_current_xact_id()");
    const late = openTransaction(early);
    await late.recorded;
    await client.query(
      `INSERT INTO audit_events (tenant_id, kind, subject_kind, subject_id, actor_kind)
       VALUES ($1, 'thing.happened', 'thing', $1, 'system')`,
      [tenantId],
    );
    await client.query("COMMIT");
    client.release();
    await vi.waitFor(async () => expect(await seal()).toBe(1), { timeout: 20_000, interval: 20 });
    await late.commit();
    expect(await sealAll()).toBe(1);
    expect((await sealedSubjects()).slice(-2)).toEqual([tenantId, early]);
    expect(await verify()).toMatchObject({ status: "ok" });
  });

  test("finds by rarer runs what lies too far back for the frequent ones", async () => {
    const far = 1_000_000_000;
    await insertEvent(far, tenantId);
    expect(await sealAll()).toBe(1);
    await insertEvent(far - 50_000, idOf(3));
    await insertEvent(far - 10_000, idOf(2));
    await insertEvent(far - 500, idOf(1));
    await vi.waitFor(async () => expect(await seal()).toBe(1), { timeout: 20_000, interval: 20 });
    expect(await seal({ reach: "recent" })).toBe(1);
    expect(await seal({ reach: "all" })).toBe(1);
    expect((await sealedSubjects()).slice(-3)).toEqual([1, 2, 3].map(idOf));
    expect(await verify()).toMatchObject({ status: "ok", unsealed: { count: 0 } });
  });

  test("walks a history longer than it looks at in one transaction", async () => {
    await admin.query(
      `INSERT INTO audit_events (tenant_id, kind, subject_kind, subject_id, actor_kind)
       SELECT $1, 'thing.happened', 'thing', $1, 'system' FROM generate_series(1, 21000)`,
      [tenantId],
    );
    expect(await sealAll()).toBe(21_000);
    await insertEvent(1, early);
    expect(await seal()).toBe(0);
    await vi.waitFor(async () => expect(await seal({ reach: "all" })).toBe(1), { timeout: 20_000 });
    expect((await sealedSubjects()).at(-1)).toBe(early);
  });

  test("seals a history restored from another cluster, whose transaction numbers lie ahead", async () => {
    await admin.query(
      `INSERT INTO audit_events (tenant_id, kind, subject_kind, subject_id, actor_kind, written_by)
       VALUES ($1, 'thing.happened', 'thing', $1, 'system', '900000000000')`,
      [tenantId],
    );
    await database.record(context, 1);
    expect(await sealAll()).toBe(2);
    expect(await verify()).toMatchObject({ status: "ok" });
  });

  test("makes one chain when several seal at once in small batches", async () => {
    await database.record(context, 300);
    const counts = await Promise.all([1, 2, 3].map(() => seal({ batchMax: 20 })));
    const rest = await sealAll();
    expect([...counts, rest].reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(await verify()).toMatchObject({ status: "ok", unsealed: { count: 0 } });
  });

  test("leaves the chains of other tenants alone", async () => {
    const other = await database.addTenant(`altro-${slugs}`);
    await database.record(context, 1);
    await database.record(other, 1);
    await sealAll();
    const theirs = await db.inTenant(other.tenant.id, (trx) => verifyAudit(trx, other.tenant.id));
    expect(theirs.head).toBeNull();
    expect(theirs.unsealed.count).toBeGreaterThan(0);
  });
});

describe("the verification", () => {
  test("states how many events are not sealed yet and the age of the oldest", async () => {
    await database.shiftClock("-40 seconds");
    await database.record(context, 2);
    await database.shiftClock("0");
    const { status, unsealed } = await verify();
    expect({ status, count: unsealed.count }).toEqual({ status: "ok", count: 2 });
    expect(unsealed.oldest_age_seconds).toBeGreaterThanOrEqual(40);
    expect(unsealed.oldest_age_seconds).toBeLessThan(100);
  });

  test.each([
    ["kind", "UPDATE audit_events SET kind = 'thing.denied'"],
    ["reason", "UPDATE audit_events SET reason = 'invented'"],
    ["body", "UPDATE audit_events SET body = '{\"legs\": 3}'"],
    ["actor", "UPDATE audit_events SET actor_kind = 'staff'"],
    [
      "time, by a microsecond",
      "UPDATE audit_events SET occurred_at = occurred_at + interval '1 microsecond'",
    ],
  ])("names the seal whose event was changed: %s", async (_what, update) => {
    const [, second] = await database.record(context, 3, { body: { legs: 2 } });
    await sealAll();
    const { head } = await verify();
    await tamper(`${update} WHERE tenant_id = $1 AND subject_id = $2`, [second]);
    expect(await verify()).toMatchObject({
      status: "broken",
      first_broken: { seq: (head?.seq ?? 0) - 1, fault: "event-changed" },
    });
  });

  test("names the seal whose event was deleted", async () => {
    const [, second] = await database.record(context, 3);
    await sealAll();
    const { head } = await verify();
    await tamper("DELETE FROM audit_events WHERE tenant_id = $1 AND subject_id = $2", [second]);
    expect(await verify()).toMatchObject({
      status: "broken",
      first_broken: { seq: (head?.seq ?? 0) - 1, fault: "event-missing" },
    });
  });

  test("names the place of a seal that was deleted together with its event", async () => {
    const [, second] = await database.record(context, 3);
    await sealAll();
    const { head } = await verify();
    await tamper(
      `WITH gone AS (DELETE FROM audit_events WHERE tenant_id = $1 AND subject_id = $2 RETURNING id)
       DELETE FROM audit_seals s USING gone WHERE s.tenant_id = $1 AND s.event_id = gone.id`,
      [second],
    );
    expect(await verify()).toMatchObject({
      status: "broken",
      first_broken: { seq: (head?.seq ?? 0) - 1, fault: "seal-missing" },
    });
  });

  test("names the first seal of a tail that was written anew", async () => {
    await database.record(context, 2);
    await sealAll();
    const { head } = await verify();
    await tamper("UPDATE audit_seals SET hash = sha256(hash) WHERE tenant_id = $1 AND seq = $2", [
      (head?.seq ?? 0) - 1,
    ]);
    expect(await verify()).toMatchObject({
      status: "broken",
      first_broken: { seq: (head?.seq ?? 0) - 1, fault: "event-changed" },
    });
  });

  test("shows by another head that the end was cut off", async () => {
    await database.record(context, 2);
    await sealAll();
    const before = await verify();
    await tamper("DELETE FROM audit_seals WHERE tenant_id = $1 AND seq = $2", [before.head?.seq]);
    const after = await verify();
    expect(after.head?.seq).toBe((before.head?.seq ?? 0) - 1);
    expect(after.unsealed.count).toBe(1);
  });

  test("goes on where it left off", async () => {
    await database.record(context, 9);
    await sealAll();
    const whole = await verify();
    const first = await verify({ countMax: 4 });
    expect(first).toMatchObject({ status: "ok", verified: 4, next_from_seq: 5 });
    const second = await verify({ fromSeq: 5 });
    expect(second).toMatchObject({ status: "ok", next_from_seq: null, head: whole.head });
    expect(first.verified + second.verified).toBe(whole.verified);
  });
});
