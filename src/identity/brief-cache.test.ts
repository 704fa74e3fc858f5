import { expect, test } from "vitest";
import { createBriefCache } from "./brief-cache.ts";

const minute = { ttlMs: 60_000, entriesMax: 2 };

test("a value is loaded once for callers at the same time and after", async () => {
  const cache = createBriefCache<number>(minute);
  let loads = 0;
  const load = () => Promise.resolve((loads += 1));
  expect(await Promise.all([cache.get("a", load), cache.get("a", load)])).toEqual([1, 1]);
  expect(await cache.get("a", load)).toBe(1);
});

test("a failure is not remembered", async () => {
  const cache = createBriefCache<number>(minute);
  await expect(cache.get("a", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  expect(await cache.get("a", () => Promise.resolve(2))).toBe(2);
});

test("a value is loaded again when its time is over or it is forgotten", async () => {
  const short = createBriefCache<number>({ ttlMs: 0, entriesMax: 2 });
  await short.get("a", () => Promise.resolve(1));
  expect(await short.get("a", () => Promise.resolve(2))).toBe(2);
  const long = createBriefCache<number>(minute);
  await long.get("a", () => Promise.resolve(1));
  long.forget("a");
  expect(await long.get("a", () => Promise.resolve(2))).toBe(2);
});

test("more names than fit push the oldest out", async () => {
  const cache = createBriefCache<number>(minute);
  for (const name of ["a", "b", "c"]) await cache.get(name, () => Promise.resolve(1));
  expect(await cache.get("c", () => Promise.resolve(2))).toBe(1);
  expect(await cache.get("a", () => Promise.resolve(2))).toBe(2);
});
