import { describe, expect, it } from "vitest";
import { createTimedCache, type Timed, type TimedCacheOptions } from "./timed-cache.ts";

function createFixture(rest: Partial<TimedCacheOptions<string>> = {}) {
  const clock = { nowMs: 0 };
  const loads: string[] = [];
  const cache = createTimedCache<string>({
    ttlMs: 1_000,
    entriesMax: 3,
    bytesMax: 1_000,
    sizeOf: (value) => value.length,
    nowMs: () => clock.nowMs,
    ...rest,
  });
  const read = (name: string, timed: Partial<Timed<string>> = {}): Promise<string> =>
    cache.get(name, async () => {
      loads.push(name);
      return { value: "x", changesInMs: Number.POSITIVE_INFINITY, ...timed };
    });
  return { clock, loads, cache, read };
}

describe("a timed cache", () => {
  it("gives a value out for less than its time to live, counted from when its load began", async () => {
    const { clock, loads, read } = createFixture();
    await read("a");
    clock.nowMs = 999;
    await read("a");
    expect(loads).toEqual(["a"]);
    clock.nowMs = 1_000;
    await read("a");
    expect(loads).toEqual(["a", "a"]);
  });

  it("forgets a value when time changes it, however young it is", async () => {
    const { clock, loads, read } = createFixture();
    await read("a", { changesInMs: 40 });
    clock.nowMs = 39;
    await read("a");
    expect(loads).toHaveLength(1);
    clock.nowMs = 40;
    await read("a");
    expect(loads).toHaveLength(2);
  });

  it("loads once for all who ask at once, and again after a failure", async () => {
    const { cache } = createFixture();
    let loads = 0;
    const fail = async (): Promise<Timed<string>> => {
      loads += 1;
      throw new Error("no");
    };
    const answers = await Promise.allSettled([cache.get("a", fail), cache.get("a", fail)]);
    expect(answers.map((answer) => answer.status)).toEqual(["rejected", "rejected"]);
    expect(loads).toBe(1);
    const value = await cache.get("a", async () => ({ value: "ok", changesInMs: 1_000 }));
    expect(value).toBe("ok");
  });

  it("keeps no more entries and bytes than it may, the oldest leaving first", async () => {
    const { loads, read } = createFixture({ bytesMax: 10 });
    for (const name of ["a", "b", "c", "d"]) await read(name);
    await read("a");
    expect(loads).toEqual(["a", "b", "c", "d", "a"]);
    await read("big", { value: "123456789" });
    await read("d");
    expect(loads.slice(5)).toEqual(["big", "d"]);
    await read("huge", { value: "12345678901" });
    await read("huge");
    expect(loads.slice(7)).toEqual(["huge", "huge"]);
  });
});
