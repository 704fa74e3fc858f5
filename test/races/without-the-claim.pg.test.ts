import { sql } from "kysely";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Trx } from "../../src/db/database.ts";
import { violatedConstraint } from "../../src/db/faults.ts";
import { many, tally } from "../support/many.ts";
import { booker, desksOf, start } from "../support/one-desk.ts";
import { createTestApp, patient, type TestApp } from "../support/test-app.ts";
import { isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp(patient);
});
afterAll(async () => {
  await app.close();
});

const cells = 16;
const capacity = 2;

type Take = (trx: Trx, slotId: number) => Promise<boolean>;

const insertUnit = (trx: Trx, slotId: number) =>
  sql`
  INSERT INTO allocations (tenant_id, slot_id, owner_kind, owner_id, units)
  VALUES (${app.tenant.id}, ${slotId}, 'appointment', ${uuidv7()}, 1)`.execute(trx);

/** What a first attempt looks like: count what is taken, and if it is less than there is, take one more. */
const countThenInsert: Take = async (trx, slotId) => {
  const { rows } = await sql<{ taken: number }>`
    SELECT count(*)::int AS taken FROM allocations
    WHERE tenant_id = ${app.tenant.id} AND slot_id = ${slotId}`.execute(trx);
  if ((rows[0]?.taken ?? 0) >= capacity) return false;
  await insertUnit(trx, slotId);
  return true;
};

/** The same by the slot's own counter, written back as it was read. */
const readThenUpdate: Take = async (trx, slotId) => {
  const { rows } = await sql<{ taken: number }>`
    SELECT taken FROM slots WHERE tenant_id = ${app.tenant.id} AND id = ${slotId}`.execute(trx);
  const taken = rows[0]?.taken ?? 0;
  if (taken >= capacity) return false;
  await sql`
    UPDATE slots SET taken = ${taken + 1} WHERE tenant_id = ${app.tenant.id} AND id = ${slotId}`.execute(
    trx,
  );
  await insertUnit(trx, slotId);
  return true;
};

/** The same, leaving the arithmetic to the database, whose constraint then refuses what does not fit. */
const readThenIncrement: Take = async (trx, slotId) => {
  const { rows } = await sql<{ taken: number }>`
    SELECT taken FROM slots WHERE tenant_id = ${app.tenant.id} AND id = ${slotId}`.execute(trx);
  if ((rows[0]?.taken ?? 0) >= capacity) return false;
  await sql`
    UPDATE slots SET taken = taken + 1 WHERE tenant_id = ${app.tenant.id} AND id = ${slotId}`.execute(
    trx,
  );
  await insertUnit(trx, slotId);
  return true;
};

async function slotIdsOf(town: Town): Promise<number[]> {
  const { rows } = await app.sql(
    "SELECT id::int AS id FROM slots WHERE resource_id = $1 ORDER BY starts_at",
    [town.resources["desk"]],
  );
  return rows.map((row) => Number(row["id"]));
}

/** Slots on which more units were allocated than there are, and how many attempts ended in which way. */
async function race(take: Take) {
  const town = await oneDesk({}, { cells, capacity });
  const slotIds = await slotIdsOf(town);
  const ends = await many(cells * 10, 10, async (index) => {
    try {
      const slotId = slotIds[Math.floor(index / 10)] ?? 0;
      const isTaken = await app.deps.db.inTenant(app.tenant.id, (trx) => take(trx, slotId));
      return isTaken ? "taken" : "full";
    } catch (error) {
      return violatedConstraint(error) ?? "failed";
    }
  });
  return { ends: tally(ends), oversold: await oversoldOf(town) };
}

async function oversoldOf(town: Town): Promise<number> {
  const { rows } = await app.sql(
    `SELECT count(*)::int AS n FROM (
       SELECT s.id FROM slots s JOIN allocations a ON a.slot_id = s.id
       WHERE s.resource_id = $1 GROUP BY s.tenant_id, s.id HAVING sum(a.units) > s.capacity) o`,
    [town.resources["desk"]],
  );
  return Number(rows[0]?.["n"]);
}

describe("the same arrivals on the same tables", () => {
  it("oversell when places are counted and then taken", async () => {
    expect((await race(countThenInsert)).oversold).toBeGreaterThan(0);
  });

  it("oversell when the counter is read and then written", async () => {
    expect((await race(readThenUpdate)).oversold).toBeGreaterThan(0);
  });

  it("do not oversell but fail on the constraint when the counter is read and then raised", async () => {
    const { ends, oversold } = await race(readThenIncrement);
    expect(oversold).toBe(0);
    expect(ends["slots_are_never_oversold"]).toBeGreaterThan(0);
  });

  it("are answered in full and without an error by the claim", async () => {
    const town = await oneDesk({}, { cells, capacity });
    const statuses = await many(cells * 10, 10, async (index) => {
      const answer = await app.api("POST", "/appointments", {
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: isoAfter(start, Math.floor(index / 10) * 15),
          booker,
        },
      });
      return answer.status;
    });
    expect(tally(statuses)).toEqual({ 201: cells * capacity, 409: cells * (10 - capacity) });
    expect(await oversoldOf(town)).toBe(0);
  });
});
