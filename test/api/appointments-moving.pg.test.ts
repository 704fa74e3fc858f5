import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { checkCounters, isoAfter } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  await checkCounters(app);
  await app.close();
});

describe("moving and cancelling", () => {
  it("moves by one cell in a full row and never leaves two places or none", async () => {
    const town = await oneDesk({ duration_minutes: 30 }, { cells: 3 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { starts_at: isoAfter(start, 15) },
    });
    expect(moved.as(appointmentSchema)).toMatchObject({
      starts_at: isoAfter(start, 15),
      version: 2,
      sequence: 1,
    });
  });

  it("to a taken time is refused and the old time stays", async () => {
    const town = await oneDesk();
    await book(town, isoAfter(start, 15));
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const refused = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { starts_at: isoAfter(start, 15) },
    });
    expect(slugOf(refused)).toBe("slot-taken");
    const seen = (await app.api("GET", `/appointments/${appointment.id}`, { key })).as(
      appointmentSchema,
    );
    expect(seen).toMatchObject({ starts_at: isoAfter(start, 0), version: 1 });
  });

  it("too late is refused for the citizen and possible for staff, who and why being kept", async () => {
    const town = await oneDesk({ cancel_limit_minutes: 129_600, change_limit_minutes: 129_600 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}`;
    expect(slugOf(await app.api("POST", `${path}/cancel`, { key, body: {} }))).toBe(
      "too-late-to-change",
    );
    const move = { starts_at: isoAfter(start, 15), reason: "Called us" };
    expect(slugOf(await app.api("POST", `${path}/reschedule`, { key, body: move }))).toBe(
      "too-late-to-change",
    );
    expect(
      (await app.api("POST", `${path}/reschedule`, { key: app.adminKey, body: move })).status,
    ).toBe(200);
    const cancelled = await app.api("POST", `${path}/cancel`, {
      key: app.adminKey,
      body: { reason: "staff_missing" },
    });
    expect(cancelled.as(appointmentSchema).cancelled).toMatchObject({
      by: "staff",
      reason: "staff_missing",
    });
    const audit = await app.sql(
      "SELECT kind, actor_kind, reason FROM audit_events WHERE subject_id = $1 ORDER BY id",
      [appointment.id],
    );
    expect(audit.rows).toEqual([
      { kind: "appointment.booked", actor_kind: "citizen", reason: null },
      { kind: "appointment.rescheduled", actor_kind: "staff", reason: "Called us" },
      { kind: "appointment.cancelled", actor_kind: "staff", reason: null },
    ]);
  });

  it("on a version that is no longer current is refused with conflicting-change", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}/reschedule`;
    await app.api("POST", path, { key, body: { starts_at: isoAfter(start, 15), version: 1 } });
    const stale = await app.api("POST", path, {
      key,
      body: { starts_at: isoAfter(start, 30), version: 1 },
    });
    expect(slugOf(stale)).toBe("conflicting-change");
  });

  it("of somebody else's appointment looks like a missing one", async () => {
    const town = await oneDesk();
    const mine = (await book(town, isoAfter(start, 0))).as(bookedSchema);
    const theirs = (await book(town, isoAfter(start, 15))).as(bookedSchema);
    const answer = await app.api("POST", `/appointments/${theirs.appointment.id}/cancel`, {
      key: mine.manage_token,
      body: {},
    });
    expect(answer.status).toBe(404);
    expect((await app.api("GET", `/appointments/${theirs.appointment.id}`)).status).toBe(401);
  });

  it("to a held time uses the hold up", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const held = (
      await app.api("POST", "/holds", {
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: isoAfter(start, 30),
        },
      })
    ).as(holdSchema);
    const moved = await app.api("POST", `/appointments/${appointment.id}/reschedule`, {
      key,
      body: { hold_id: held.id },
    });
    expect(moved.as(appointmentSchema).starts_at).toBe(isoAfter(start, 30));
    expect((await book(town, isoAfter(start, 0))).status).toBe(201);
  });

  it("of a scarce service keeps the freed place from the public for the cool-down, not from staff", async () => {
    const town = await oneDesk({ is_scarce: true, cool_down_seconds: 3600 });
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    await app.api("POST", `/appointments/${appointment.id}/cancel`, { key, body: {} });
    expect(slugOf(await book(town, isoAfter(start, 0)))).toBe("slot-taken");
    expect((await book(town, isoAfter(start, 0), { key: app.adminKey })).status).toBe(201);
  });
});
