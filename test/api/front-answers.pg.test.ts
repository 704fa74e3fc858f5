import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTown } from "../support/slot-town.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp({ remembers: true });
afterAll(() => app.close());
const town = createTown(app);
const { url } = await app.serve();
const day = "from=2026-03-04&to=2026-03-04";

let slotId: number | undefined;
let address: string;
beforeAll(async () => {
  await town.setClock("2026-03-02T06:00:00Z");
  const hall = await town.addSite("hall");
  const service = await town.addService("card");
  const desk = await town.addResource(hall, [service]);
  const opening = { date: "2026-03-04", start: "08:00", end: "08:30" };
  const { slotIds } = await town.addOpening(desk, opening);
  [slotId] = slotIds.values();
  address = `${url}/v1/${app.tenant.slug}/availability?service=card&${day}`;
});

const ask = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(address, { headers });

/** Headers that must be the same whoever answers. */
function stable(answer: Response): Record<string, string> {
  const own = ["date", "x-request-id", "connection", "keep-alive", "content-length"];
  return Object.fromEntries([...answer.headers].filter(([name]) => !own.includes(name)));
}

/** How often the app itself was asked, by its transactions. */
async function countReads(): Promise<number> {
  const { rows } = await app.sql(
    "SELECT xact_commit::int AS count FROM pg_stat_database WHERE datname = current_database()",
  );
  return Number(rows[0]?.["count"]);
}

describe("an answer that everybody gets", () => {
  test("is given again to the letter, under a name of its own", async () => {
    const first = await ask();
    const again = await ask();
    expect([again.status, await again.text()]).toEqual([200, await first.text()]);
    expect(stable(again)).toEqual(stable(first));
    expect(again.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(again.headers.get("x-content-type-options")).toBe("nosniff");
    expect(again.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("is not sent again to who has it, and counted as one by its route", async () => {
    const etag = (await ask()).headers.get("etag") ?? "";
    const known = await ask({ "If-None-Match": etag });
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect(known.headers.get("etag")).toBe(etag);
    const { text } = await app.request("/metrics");
    expect(text).toMatch(/route="\/v1\/:tenant\/availability",method="GET",status_class="3xx"/);
  });

  test("is left to the app for whoever says who he is", async () => {
    await ask();
    const stranger = await ask({ Authorization: "Bearer spo_sk_nobody" });
    expect(stranger.status).toBe(401);
    const named = await ask({ "X-Request-Id": "my-request-0001" });
    expect(named.headers.get("x-request-id")).toBe("my-request-0001");
  });

  test("is looked at once for a crowd that comes after a silence, and given to all", async () => {
    const first = await (await ask()).text();
    const sinceMs = performance.now();
    await expect.poll(() => performance.now() - sinceMs, { timeout: 3_000 }).toBeGreaterThan(1_000);
    const before = await countReads();
    const crowd = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expect(new Set(await Promise.all(crowd.map((one) => one.text())))).toEqual(new Set([first]));
    // PostgreSQL counts with some delay; 20 ways through the app would be as many readings.
    expect((await countReads()) - before).toBeLessThan(20);
  });

  test("ends when its last place was taken", async () => {
    expect(await (await ask()).text()).toContain('"places":1');
    await town.take(slotId);
    const before = await countReads();
    let seen = "";
    do seen = await (await ask()).text();
    while (seen.includes('"places":1'));
    expect(seen).toContain('"status":"full"');
    expect(await countReads()).toBeGreaterThanOrEqual(before);
  });
});
