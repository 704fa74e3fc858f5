import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type AppointmentView,
  appointmentSchema,
  bookedSchema,
} from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { booker, desksOf, slugOf, start } from "../support/one-desk.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { checkCounters, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const { book, oneDesk } = desksOf(() => app);

beforeAll(async () => {
  app = await createTestApp();
});
afterEach(async () => {
  await checkCounters(app);
});
afterAll(async () => {
  await app.close();
});

/** A place per head; two places at each start. */
const pairDesk = () => oneDesk({ places_per_person: 1 }, { capacity: 2, cells: 4 });

/** `taken` of the first cells. */
async function takenOf(town: Town): Promise<number[]> {
  const { rows } = await app.sql(
    "SELECT taken FROM slots WHERE resource_id = $1 ORDER BY starts_at LIMIT 3",
    [town.resources["desk"]],
  );
  return rows.map((row) => Number(row["taken"]));
}

/** Closes the first cell: nobody on it is counted any more. */
async function closeFirst(town: Town, { id }: Pick<AppointmentView, "id">): Promise<void> {
  await app.sql("UPDATE allocations SET is_counted = false WHERE owner_id = $1", [id]);
  await app.sql("UPDATE appointments SET support = 'conflict' WHERE id = $1", [id]);
  await app.sql(
    "UPDATE slots SET taken = 0, capacity = 0 WHERE resource_id = $1 AND starts_at = $2",
    [town.resources["desk"], start],
  );
}

async function change(appointment: AppointmentView, verb: string, body: object) {
  const path = `/appointments/${appointment.id}/${verb}`;
  return (await app.api("POST", path, { key: app.adminKey, body })).as(appointmentSchema);
}

/** What is done to appointments that are booked without being counted, and what is taken afterwards. */
function states(prepare: (town: Town) => Promise<AppointmentView>, othersTake: number) {
  it("takes places like any other once it is moved to where there are some", async () => {
    const town = await pairDesk();
    const moved = await change(await prepare(town), "reschedule", {
      starts_at: isoAfter(start, 15),
    });
    expect(moved).toMatchObject({ support: "supported", overbooking_reason: null });
    expect(await takenOf(town)).toEqual([othersTake, 2, 0]);
  });

  it("is not moved to where there is no place", async () => {
    const town = await pairDesk();
    const appointment = await prepare(town);
    await book(town, isoAfter(start, 15));
    const path = `/appointments/${appointment.id}/reschedule`;
    const body = { starts_at: isoAfter(start, 15) };
    expect(slugOf(await app.api("POST", path, { key: app.adminKey, body }))).toBe("slot-taken");
    expect(await takenOf(town)).toEqual([othersTake, 1, 0]);
  });

  it("gives back nothing that it does not have when somebody of it, or all, do not come", async () => {
    const town = await pairDesk();
    const appointment = await prepare(town);
    const leaving = { participant_ids: [appointment.participants[0]?.id] };
    expect((await change(appointment, "cancel", leaving)).party_size).toBe(1);
    expect(await takenOf(town)).toEqual([othersTake, 0, 0]);
    expect((await change(appointment, "cancel", {})).status).toBe("cancelled");
    expect(await takenOf(town)).toEqual([othersTake, 0, 0]);
  });
}

describe("an overbooked appointment", () => {
  states(async (town) => {
    await book(town, isoAfter(start, 0), { party_size: 2 });
    const wish = { party_size: 2, overbook: { reason: "Agreed" }, key: app.adminKey };
    return (await book(town, isoAfter(start, 0), wish)).as(bookedSchema).appointment;
  }, 2);
});

describe("an appointment in conflict with the openings", () => {
  states(async (town) => {
    const { appointment } = (await book(town, isoAfter(start, 0), { party_size: 2 })).as(
      bookedSchema,
    );
    await closeFirst(town, appointment);
    return appointment;
  }, 0);
});

describe("a held time", () => {
  const hold = async (town: Town, more: object = {}) =>
    (
      await app.api("POST", "/holds", {
        body: {
          services: [town.services["id-card"]],
          site: town.siteId,
          starts_at: isoAfter(start, 0),
          ...more,
        },
      })
    ).as(holdSchema);

  it("is for the people it was held for, and no more", async () => {
    const town = await pairDesk();
    const held = await hold(town, { party_size: 1 });
    const participants = [{ name: "Ada" }, { name: "Bruno" }];
    const body = { hold_id: held.id, booker, participants };
    const refused = await app.api("POST", "/appointments", { body });
    expect([refused.status, slugOf(refused)]).toEqual([422, "invalid-request"]);
    expect((await app.api("GET", `/holds/${held.id}`)).as(holdSchema).status).toBe("open");
  });

  it("replaces another of the same client at once, though the two would not fit beside each other", async () => {
    const town = await oneDesk({}, { cells: 1 });
    const client = "one-browser-of-this-test";
    const first = await hold(town, { client });
    const second = await hold(town, { client });
    expect(second.id).not.toBe(first.id);
    expect((await app.api("GET", `/holds/${first.id}`)).as(holdSchema).status).toBe("released");
    expect(await takenOf(town)).toEqual([1]);
  });

  it("is one per client and list of services: other services and other clients keep theirs", async () => {
    const town = await oneDesk({}, { capacity: 3 });
    const [one, other] = ["first-browser", "other-browser"];
    await hold(town, { client: one });
    await hold(town, { client: other });
    await hold(town);
    expect((await takenOf(town))[0]).toBe(3);
  });
});
