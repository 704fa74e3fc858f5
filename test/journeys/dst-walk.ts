import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { z } from "zod";
import { createScheduleWorld, type Office, type ScheduleWorld } from "../support/schedule-world.ts";

let world: ScheduleWorld;
beforeAll(async () => {
  world = await createScheduleWorld("2025-12-15T12:00:00Z");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.app.close();
});

const days = z.looseObject({
  days: z.array(
    z.looseObject({
      date: z.string(),
      starts: z.array(z.looseObject({ starts_at: z.string() })),
    }),
  ),
});

/** A site open round the clock around the two changes of the clocks, in cells of 30 minutes. */
async function openRoundTheClock(): Promise<Office> {
  const office = await world.addOffice({ service: { horizon_days: 500 } });
  const hours = { rrule: "FREQ=DAILY", start_time: "00:00", end_time: "24:00" };
  const weeks = [
    { starts_on: "2026-03-27", ends_on: "2026-03-30" },
    { starts_on: "2026-10-23", ends_on: "2026-10-26" },
  ];
  for (const week of weeks) {
    const { slots } = await world.addOpening(office.resourceId, { ...hours, ...week });
    expect(slots.applied).toBe("now");
  }
  return office;
}

async function startsOn({ siteId, serviceId }: Office, date: string): Promise<string[]> {
  const path = `/availability?service=${serviceId}&site=${siteId}&from=${date}&to=${date}`;
  const answer = await world.app.api("GET", path, { key: world.app.widgetKey });
  expect(answer.status).toBe(200);
  const found = answer.as(days).days.find((day) => day.date === date);
  return (found?.starts ?? []).map((start) => start.starts_at);
}

/** What a process in a zone says of 1 July, in minutes: proves that the zone took effect. */
const offsets = new Map([
  ["UTC", 0],
  ["Europe/Rome", -120],
  ["America/New_York", 240],
]);

/**
 * States the tests of a process in that zone, seen from a summer and from a winter. One file per zone: offsets are
 * cached in the process, so a second zone in the same one would prove nothing.
 */
export function walkThroughClockChanges(zone: string): void {
  beforeAll(() => {
    vi.stubEnv("TZ", zone);
  });
  const todays = ["2025-07-15T12:00:00Z", "2025-12-15T12:00:00Z"];
  test.each(todays)(
    "a day round the clock has 46 slots in March and 50 in October, seen from %s",
    async (today) => {
      expect(new Date("2026-07-01T12:00:00Z").getTimezoneOffset()).toBe(offsets.get(zone));
      await world.setClock(today);
      const office = await openRoundTheClock();
      const counts = new Map(
        ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-24", "2026-10-25", "2026-10-26"].map(
          (date) => [date, 0],
        ),
      );
      for (const date of counts.keys()) {
        const slots = await world.slotsOf(office.resourceId, date, date);
        const starts = await startsOn(office, date);
        expect(starts).toHaveLength(slots.length);
        expect(new Set(starts).size).toBe(starts.length);
        counts.set(date, slots.length);
      }
      expect([...counts.values()]).toEqual([48, 46, 48, 48, 50, 48]);
      const october = await world.slotsOf(office.resourceId, "2026-10-25", "2026-10-25");
      expect(october[0]?.starts_at).toBe("2026-10-24T22:00Z");
      expect(october.at(-1)?.ends_at).toBe("2026-10-25T23:00Z");
      const march = await world.slotsOf(office.resourceId, "2026-03-29", "2026-03-29");
      expect(march[0]?.starts_at).toBe("2026-03-28T23:00Z");
      expect(march.at(-1)?.ends_at).toBe("2026-03-29T22:00Z");
    },
  );

  test("both instants of the hour that comes twice are booked as two visits", async () => {
    await world.setClock("2025-12-15T12:00:00Z");
    const office = await openRoundTheClock();
    // 02:30 in Rome before and after the clocks go back.
    const twice = ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"];
    const ids = [];
    for (const instant of twice) ids.push(await office.book(instant));
    const { rows } = await world.app.sql(
      `SELECT to_char(starts_at AT TIME ZONE 'UTC', 'HH24:MI') AS utc, local_date::text AS local_date
         FROM appointments
        WHERE id = ANY ($1)
        ORDER BY starts_at`,
      [ids],
    );
    expect(rows).toEqual([
      { utc: "00:30", local_date: "2026-10-25" },
      { utc: "01:30", local_date: "2026-10-25" },
    ]);
  });
}
