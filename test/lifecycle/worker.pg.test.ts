import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SERVICE_ROLE } from "../../src/db/embedded/credentials.ts";
import { createDeps } from "../../src/deps.ts";
import { stateAudit } from "../../src/events/state-audit.ts";
import { prepareJobsSchema } from "../../src/jobs/prepare-jobs-schema.ts";
import { createMessaging } from "../../src/messaging.ts";
import type { ProcessLife, StopManner } from "../../src/run-process.ts";
import { startWorker } from "../../src/worker.ts";
import { createScheduleWorld, expectStatus } from "../support/schedule-world.ts";

const WAIT = { timeout: 25_000, interval: 100 };
const world = await createScheduleWorld("2026-03-02T07:00:00Z");
const { app } = world;
const workers: { stop: () => Promise<void> }[] = [];

/** A worker as a process of its own has it, in this process. */
async function startOne(): Promise<void> {
  const { serviceUrl: databaseUrl } = app.database;
  const deps = await createDeps(
    { redisUrl: undefined, logLevel: "silent", databasePoolMax: 4, jobsPoolMax: 4 },
    {
      databaseUrl,
      secretKeys: [{ kid: "t1", key: randomBytes(32) }],
      role: "worker",
      version: "test",
    },
  );
  const stops: ((manner: StopManner) => Promise<void>)[] = [() => deps.close()];
  const messaging = createMessaging(deps, {
    publicUrl: "http://localhost:3000",
    providers: {},
    senders: { emailFrom: "", messageIdDomain: "localhost", smsSender: "" },
    rates: { channels: {} },
    folder: null,
  });
  const life = {
    useLog: () => undefined,
    onStop: (stop: (manner: StopManner) => Promise<void>) => void stops.push(stop),
    fail: (error: unknown) => {
      throw error;
    },
    throwIfStopping: () => undefined,
  } satisfies ProcessLife;
  startWorker(deps, { databaseUrl, messaging }, life);
  const manner = { isInteractive: false, isHurried: false };
  workers.push({
    stop: async () => {
      for (const stop of stops.toReversed()) await stop(manner);
    },
  });
}

async function countOf(sql: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await app.sql(`SELECT count(*)::int AS count FROM ${sql}`, values);
  return rows[0]?.["count"];
}

beforeAll(async () => {
  await prepareJobsSchema(app.database.adminUrl, SERVICE_ROLE);
  await startOne();
  await startOne();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await app.close();
});

describe("two workers at once", () => {
  test("make the slots that a longer horizon needs, through outbox and jobs", async () => {
    const office = await world.addOffice({ service: { horizon_days: 7 } });
    await world.addOpening(office.resourceId);
    const before = (await world.slotsOf(office.resourceId)).length;
    const service = { horizon_days: 60, version: 1 };
    expectStatus(await world.call("PATCH", `/services/${office.serviceId}`, service), 200);
    await expect
      .poll(async () => (await world.slotsOf(office.resourceId)).length, WAIT)
      .toBeGreaterThan(before * 4);
    await expect.poll(() => countOf("outbox_events WHERE status <> 'relayed'"), WAIT).toBe(0);
  });

  test("seal the audit of every tenant, also when one tenant's cannot be sealed", async () => {
    const broken = await app.addTenant("comune-guasto");
    await app.sql(`
      CREATE FUNCTION refuse_seals() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
      CREATE TRIGGER refuse_seals BEFORE INSERT ON audit_seals FOR EACH ROW
        WHEN (NEW.tenant_id = '${broken.tenant.id}') EXECUTE FUNCTION refuse_seals()`);
    const later = await app.addTenant("comune-dopo");
    const unsealed = async (tenantId: string): Promise<number> =>
      (await stateAudit(app.deps, tenantId)).unsealed.count;
    await expect.poll(() => unsealed(later.tenant.id), WAIT).toBe(0);
    await expect.poll(() => unsealed(app.tenant.id), WAIT).toBe(0);
    expect(await unsealed(broken.tenant.id)).toBeGreaterThan(0);
    await app.sql("DROP TRIGGER refuse_seals ON audit_seals");
    await expect.poll(() => unsealed(broken.tenant.id), WAIT).toBe(0);
  });

  test("tidy a hold that has expired", async () => {
    const office = await world.addOffice();
    await world.addOpening(office.resourceId);
    const body = office.visit("2026-03-03T08:00:00+01:00");
    expectStatus(await app.api("POST", "/holds", { key: app.widgetKey, body }), 201);
    expect(await countOf("allocations WHERE owner_kind = 'hold'")).toBe(1);
    await world.setClock("2026-03-02T07:10:00Z");
    await expect.poll(() => countOf("allocations WHERE owner_kind = 'hold'"), WAIT).toBe(0);
    expect(await countOf("slots WHERE taken > 0")).toBe(0);
  });

  test("cancel a visit that was not used in time", async () => {
    const rule = { weekdays: [1, 2, 3, 4, 5, 6, 7], time: "12:00" };
    const office = await world.addOffice({ service: { valid_until_rules: [rule] } });
    await world.addOpening(office.resourceId);
    const id = await office.book("2026-03-03T08:00:00+01:00");
    // The workers have keys of their own and cannot open what the app sealed.
    await app.sql("UPDATE appointments SET people_encrypted = NULL");
    await app.sql("UPDATE participants SET person_encrypted = NULL");
    await world.setClock("2026-03-03T12:00:30Z");
    await expect
      .poll(() => countOf("appointments WHERE id = $1 AND cancel_reason = 'lapsed'", [id]), WAIT)
      .toBe(1);
  });
});

test("a worker stops and leaves the rest to the other", async () => {
  const [first] = workers.splice(0, 1);
  await first?.stop();
  const tenant = await app.addTenant("comune-ultimo");
  await expect
    .poll(async () => (await stateAudit(app.deps, tenant.tenant.id)).unsealed.count, WAIT)
    .toBe(0);
});
