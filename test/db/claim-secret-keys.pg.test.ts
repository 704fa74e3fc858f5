import { afterAll, expect, test } from "vitest";
import { claimSecretKeys } from "../../src/db/claim-secret-keys.ts";
import type { MasterKey } from "../../src/db/vault.ts";
import { createTestDatabase } from "../support/test-database.ts";

const first = await createTestDatabase();
const second = await createTestDatabase();
afterAll(() => Promise.all([first.drop(), second.drop()]));

const key = (kid: string, byte: number): MasterKey => ({ kid, key: Buffer.alloc(32, byte) });

test("a rotation keeps working while the old key is listed, and a start without it is refused", async () => {
  const { serviceUrl } = first;
  await claimSecretKeys(serviceUrl, [key("old", 1)]);
  await claimSecretKeys(serviceUrl, [key("new", 2), key("old", 1)]);
  await expect(claimSecretKeys(serviceUrl, [key("new", 2)])).rejects.toThrow(
    "sealed with the secret key old, which is not configured",
  );
});

test("another key under a known name is refused, and notes nothing", async () => {
  const { serviceUrl } = second;
  await claimSecretKeys(serviceUrl, [key("k1", 1)]);
  await expect(claimSecretKeys(serviceUrl, [key("k1", 2)])).rejects.toThrow(
    "The secret key k1 is not the one that sealed the data",
  );
  await claimSecretKeys(serviceUrl, [key("k1", 1)]);
});

test("two processes may start at once", async () => {
  const keys = [key("k2", 3), key("k1", 1)];
  const starts = [1, 2, 3].map(() => claimSecretKeys(second.serviceUrl, keys));
  await expect(Promise.all(starts)).resolves.toHaveLength(3);
});
