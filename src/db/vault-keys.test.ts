import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadOrCreateSecretKeys, parseSecretKeys } from "./vault-keys.ts";

const encoded = (byte: number): string => Buffer.alloc(32, byte).toString("base64");
const dataDir = await mkdtemp(join(tmpdir(), "sportello-keys-"));
afterAll(() => rm(dataDir, { recursive: true }));

describe("secret keys", () => {
  it("are read in order, the current one first", () => {
    const keys = parseSecretKeys(`new:${encoded(2)},old:${encoded(1)}`);
    expect(keys.map(({ kid, key }) => [kid, key[0]])).toEqual([
      ["new", 2],
      ["old", 1],
    ]);
  });

  it.each([
    ["no name", encoded(1)],
    ["a short key", "k1:AAAA"],
    ["one name twice", `k1:${encoded(1)},k1:${encoded(2)}`],
    ["nothing", ""],
  ])("are refused with %s, and the message shows no key", (_, text) => {
    expect(() => parseSecretKeys(text)).toThrow(/the form is/);
    expect(() => parseSecretKeys(text)).not.toThrow(encoded(1));
  });

  it("of the embedded default are made once, also by two starts at once, and only the owner reads them", async () => {
    const [first, second] = await Promise.all([
      loadOrCreateSecretKeys(dataDir),
      loadOrCreateSecretKeys(dataDir),
    ]);
    expect(second).toEqual(first);
    expect(await loadOrCreateSecretKeys(dataDir)).toEqual(first);
    expect((await stat(join(dataDir, "secret-keys"))).mode & 0o777).toBe(0o600);
  });

  it("in a damaged file stop the start", async () => {
    await chmod(join(dataDir, "secret-keys"), 0o600);
    await writeFile(join(dataDir, "secret-keys"), "k1:");
    await expect(loadOrCreateSecretKeys(dataDir)).rejects.toThrow("Restore the file");
  });
});
