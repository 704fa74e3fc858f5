import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createVault } from "../db/vault.ts";
import { type Draft, packDraft, unpackDraft } from "./draft.ts";

const deps = { vault: createVault([{ kid: "k1", key: randomBytes(32) }]) };
const tenantId = "0190a000-0000-7000-8000-000000000001";
const draft: Draft = {
  hold_id: "h",
  is_booked: false,
  client: "c",
  key: "k",
  service: "carta",
  chosen_site: "",
  invitation: "",
  site_id: "s",
  party_size: 1,
  starts_at: "2026-12-01T08:00:00.000Z",
  ends_at: "2026-12-01T08:15:00.000Z",
  expires_at: "2026-11-30T08:00:00.000Z",
  form: { booker_name: "Ada Löve 🚲" },
};

test("a draft comes back as it was packed, and shows nothing of what was typed", () => {
  const parts = packDraft(deps, tenantId, draft) ?? [];
  expect(unpackDraft(deps, tenantId, parts)).toEqual(draft);
  expect(Buffer.from(parts.join(""), "base64url").toString("latin1")).not.toContain("Ada");
});

test("a draft of one administration does not open at another", () => {
  const parts = packDraft(deps, tenantId, draft) ?? [];
  expect(unpackDraft(deps, tenantId.replace("1", "2"), parts)).toBeUndefined();
});

test.each([["nothing"], ["AAAA"], [""]])("cookies that are no draft (%s) are none", (part) => {
  expect(unpackDraft(deps, tenantId, [part])).toBeUndefined();
});

test("a hundred people's answers fit, and parts stay below a cookie's 4096 bytes", () => {
  const form = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`p${i + 1}-name`, `Participant ${i} of the party`]),
  );
  const parts = packDraft(deps, tenantId, { ...draft, form }) ?? [];
  expect(parts.length).toBeGreaterThan(0);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(3_800);
});

test("what cannot fit is refused instead of cut", () => {
  const form = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`a-${i}`, randomBytes(750).toString("base64")]),
  );
  expect(packDraft(deps, tenantId, { ...draft, form })).toBeUndefined();
});
