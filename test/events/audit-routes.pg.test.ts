import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { recordEvents } from "../../src/events/record-events.ts";
import { sealAudit } from "../../src/events/seal-audit.ts";
import { createApiKey } from "../../src/identity/create-api-key.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
const { api, deps, tenant, adminKey } = app;
const context = { tenant, actor: { kind: "system" }, requestId: "audit-routes" } as const;
const subjectId = "00000000-0000-7000-8000-0000000000aa";
let auditKey: string;
let catalogKey: string;

beforeAll(async () => {
  const key = { kind: "secret", name: "Auditor" } as const;
  auditKey = (await createApiKey(deps, context, { ...key, scopes: ["audit"] })).token;
  catalogKey = (await createApiKey(deps, context, { ...key, scopes: ["catalog"] })).token;
  await deps.db.inTenant(tenant.id, (trx) =>
    recordEvents(trx, context, [
      { kind: "thing.made", subjectKind: "thing", subjectId, isRelayed: false },
      { kind: "thing.changed", subjectKind: "thing", subjectId, reason: "why", isRelayed: false },
    ]),
  );
});
afterAll(() => app.close());

const page = z.object({
  items: z.array(z.looseObject({ id: z.number(), kind: z.string() })),
  next_cursor: z.string().nullable(),
});

async function list(query: string): Promise<z.infer<typeof page>> {
  const answer = await api("GET", `/audit-events${query}`, { key: auditKey });
  expect(answer.status).toBe(200);
  return answer.as(page);
}

describe("reading the audit", () => {
  test("shows the events of one thing, the newest first, with who and why", async () => {
    const { items, next_cursor } = await list(`?subject_id=${subjectId}`);
    expect(items).toMatchObject([
      { kind: "thing.changed", subject_id: subjectId, actor_kind: "system", reason: "why" },
      { kind: "thing.made", actor_kind: "system", reason: null, request_id: "audit-routes" },
    ]);
    expect(next_cursor).toBeNull();
  });

  test("shows the events of one kind", async () => {
    const { items } = await list("?kind=thing.made");
    expect(items.map(({ kind }) => kind)).toEqual(["thing.made"]);
  });

  test("goes through all pages without a gap or a repetition", async () => {
    const whole = await list("");
    const ids: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const next = await list(`?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(next.items.length).toBeLessThanOrEqual(2);
      ids.push(...next.items.map(({ id }) => id));
      cursor = next.next_cursor;
    }
    expect(ids.length).toBeGreaterThan(2);
    expect(ids).toEqual(whole.items.map(({ id }) => id));
  });

  test.each(["?cursor=abc", "?subject_id=x", "?kind=Thing", "?limit=0", "?other=1"])(
    "refuses the query %s",
    async (query) => {
      const answer = await api("GET", `/audit-events${query}`, { key: auditKey });
      expect(answer.status).toBe(422);
    },
  );
});

describe.each(["/audit-events", "/audit-events/verification"])("%s", (path) => {
  test("needs a key with the scope audit", async () => {
    expect((await api("GET", path)).status).toBe(401);
    expect((await api("GET", path, { key: catalogKey })).status).toBe(403);
    expect((await api("GET", path, { key: app.widgetKey })).status).toBe(403);
    expect((await api("GET", path, { key: adminKey })).status).toBe(200);
  });

  test("knows nothing of another administration", async () => {
    const other = await app.addTenant(`altro-${path.length}`);
    const answer = await api("GET", path, { key: other.adminKey, tenant: other.tenant });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(subjectId);
    expect((await api("GET", path, { key: auditKey, tenant: other.tenant })).status).toBe(401);
  });
});

test("the verification states the chain's head and how much is not sealed", async () => {
  const before = await api("GET", "/audit-events/verification", { key: auditKey });
  expect(before.body).toMatchObject({ status: "ok", head: null });
  const unsealed = before.as(z.object({ unsealed: z.object({ count: z.number() }) })).unsealed
    .count;
  let sealed = 0;
  // Transactions of other test files in the same cluster hold the sealer up.
  await expect
    .poll(async () => (sealed += await sealAudit(deps, { tenantId: tenant.id })), {
      timeout: 20_000,
    })
    .toBe(unsealed);
  const after = await api("GET", "/audit-events/verification", { key: auditKey });
  expect(after.body).toMatchObject({
    status: "ok",
    verified: sealed,
    head: { seq: sealed },
    unsealed: { count: 0, oldest_age_seconds: null },
    next_from_seq: null,
  });
  const shown = await list("?kind=thing.made");
  expect(shown.items[0]).toHaveProperty("seal.seq");
});

test("the verification names the first event that is not what was sealed", async () => {
  await app.sql("UPDATE audit_events SET reason = 'other' WHERE kind = 'thing.changed'");
  const answer = await api("GET", "/audit-events/verification", { key: auditKey });
  expect(answer.body).toMatchObject({
    status: "broken",
    first_broken: { fault: "event-changed" },
    next_from_seq: null,
  });
});
