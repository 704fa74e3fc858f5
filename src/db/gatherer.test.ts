import { DatabaseError } from "pg";
import { describe, expect, it } from "vitest";
import { DomainError } from "../errors.ts";
import { type BatchOutcome, createGatherer } from "./gatherer.ts";
import { CommitOutcomeUnknown } from "./faults.ts";

/** A database whose batches end when the test says so. */
function controlled(outcomeOf: (item: number) => BatchOutcome<number> = done) {
  const batches: {
    items: readonly number[];
    lock: () => void;
    end: () => void;
    fail: (error: Error) => void;
  }[] = [];
  const gatherer = createGatherer<number, number>({
    itemsMax: 4,
    waitingMax: 6,
    run: (_group, items, onLocked) =>
      new Promise((resolve, reject) => {
        const end = (): void => resolve(items.map(outcomeOf));
        batches.push({ items, lock: onLocked, end, fail: reject });
      }),
  });
  return { gatherer, batches };
}

function done(item: number): BatchOutcome<number> {
  return { kind: "done", value: item * 10 };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a gatherer", () => {
  it("sends the first item at once and alone, and those that come meanwhile together, in order", async () => {
    const { gatherer, batches } = controlled();
    const results = [1, 2, 3].map((item) => gatherer.submit("t", item));
    expect(batches.map((batch) => batch.items)).toEqual([[1]]);
    batches[0]?.end();
    await turn();
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2, 3]]);
    batches[1]?.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30]);
  });

  it("begins the next batch beside one that holds its locks, and never a third", async () => {
    const { gatherer, batches } = controlled();
    const results = [1, 2].map((item) => gatherer.submit("t", item));
    batches[0]?.lock();
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2]]);
    batches[1]?.lock();
    results.push(gatherer.submit("t", 3));
    expect(batches).toHaveLength(2);
    batches[0]?.end();
    await turn();
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2], [3]]);
    for (const batch of batches) batch.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30]);
  });

  it("lets what arrives after the locks are held go at once", () => {
    const { gatherer, batches } = controlled();
    void gatherer.submit("t", 1);
    batches[0]?.lock();
    void gatherer.submit("t", 2);
    void gatherer.submit("t", 3);
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2]]);
  });

  it("keeps groups apart and lets them run side by side", () => {
    const { gatherer, batches } = controlled();
    void gatherer.submit("a", 1);
    void gatherer.submit("b", 2);
    expect(batches.map((batch) => batch.items)).toEqual([[1], [2]]);
  });

  it("never fills a batch beyond its bound, and tells those beyond the queue's to come back", async () => {
    const { gatherer, batches } = controlled();
    void gatherer.submit("t", 0);
    const waiting = [1, 2, 3, 4, 5, 6].map((item) => gatherer.submit("t", item));
    await expect(gatherer.submit("t", 7)).rejects.toBeInstanceOf(DomainError);
    batches[0]?.end();
    await turn();
    expect(batches[1]?.items).toEqual([1, 2, 3, 4]);
    batches[1]?.end();
    await turn();
    batches[2]?.end();
    expect(await Promise.all(waiting)).toEqual([10, 20, 30, 40, 50, 60]);
  });

  it("spares the others when PostgreSQL refuses a batch for one item's fault", async () => {
    const gatherer = createGatherer<number, number>({
      itemsMax: 8,
      waitingMax: 8,
      run: (_group, items) => {
        if (items.includes(3)) throw new DatabaseError("bad item", 0, "error");
        return Promise.resolve(items.map(done));
      },
    });
    const results = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((item) => gatherer.submit("t", item)),
    );
    expect(results.map((result) => result.status)).toEqual([
      "fulfilled",
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
  });

  it("never reruns a batch whose commit is in doubt", async () => {
    const { gatherer, batches } = controlled();
    const results = Promise.allSettled([1, 2, 3].map((item) => gatherer.submit("t", item)));
    batches[0]?.end();
    await turn();
    batches[1]?.fail(new CommitOutcomeUnknown("lost"));
    expect((await results).map((result) => result.status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
    ]);
    expect(batches).toHaveLength(2);
  });

  it("sends an item that is to go again before those that wait", async () => {
    const seen = new Set<number>();
    const { gatherer, batches } = controlled((item) => {
      if (item !== 2 || seen.has(item)) return done(item);
      seen.add(item);
      return { kind: "again" };
    });
    const results = [1, 2, 3].map((item) => gatherer.submit("t", item));
    batches[0]?.end();
    await turn();
    results.push(gatherer.submit("t", 4));
    batches[1]?.end();
    await turn();
    expect(batches[2]?.items).toEqual([2, 4]);
    batches[2]?.end();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40]);
  });
});
