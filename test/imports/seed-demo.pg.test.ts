import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase, type Database } from "../../src/db/database.ts";
import { createPool } from "../../src/db/pool.ts";
import { createVault } from "../../src/db/vault.ts";
import { initTenant } from "../../src/identity/init-tenant.ts";
import { seedDemo } from "../../src/imports/seed-demo.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const vault = createVault([{ kid: "t1", key: randomBytes(32) }]);
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDatabase(createPool(database.serviceUrl, { max: 4, onError: () => undefined }));
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

it("fills an empty database once, and leaves one with other administrations alone", async () => {
  const logins = await seedDemo({ db, vault });
  expect(logins.map(({ slug }) => slug)).toEqual(["demo", "demo-fr"]);
  expect(logins.every(({ adminKey }) => adminKey.startsWith("spo_sk_"))).toBe(true);
  expect(await seedDemo({ db, vault })).toEqual([]);
  await initTenant(
    { db },
    {
      slug: "comune-vero",
      name: { it: "Comune vero" },
      languages: ["it"],
      timeZone: "Europe/Rome",
      holidayCountry: "IT",
    },
  );
  expect(await seedDemo({ db, vault })).toEqual([]);
});
