import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookedSchema } from "../../src/appointments/schema.ts";
import { desksOf, start } from "../support/one-desk.ts";
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

describe("the calendar file", () => {
  it("keeps its UID, raises SEQUENCE, is in UTC, says nothing of the reason, and cancels at the end", async () => {
    const town = await oneDesk();
    const { appointment, manage_token: key } = (await book(town, isoAfter(start, 0))).as(
      bookedSchema,
    );
    const path = `/appointments/${appointment.id}`;
    const read = async () => {
      const { text } = await app.api("GET", `${path}/calendar.ics`, { key });
      const calendar = ICAL.Component.fromString(text);
      const event = new ICAL.Event(calendar.getFirstSubcomponent("vevent") ?? undefined);
      return {
        method: calendar.getFirstPropertyValue("method"),
        uid: event.uid,
        sequence: event.sequence,
        start: event.startDate.toJSDate().toISOString(),
        zone: event.startDate.zone.tzid,
        summary: event.summary,
      };
    };
    const first = await read();
    expect(first).toMatchObject({ method: "PUBLISH", start: isoAfter(start, 0), zone: "UTC" });
    expect(first.summary).not.toContain("id-card");
    await app.api("POST", `${path}/reschedule`, { key, body: { starts_at: isoAfter(start, 45) } });
    const second = await read();
    expect(second).toMatchObject({ uid: first.uid, start: isoAfter(start, 45) });
    expect(second.sequence).toBeGreaterThan(first.sequence);
    await app.api("POST", `${path}/cancel`, { key, body: {} });
    const third = await read();
    expect(third).toMatchObject({ method: "CANCEL", uid: first.uid });
    expect(third.sequence).toBeGreaterThan(second.sequence);
  });
});
