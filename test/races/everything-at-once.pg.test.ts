import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { tidyExpired } from "../../src/slots/holds/tidy-expired.ts";
import { many } from "../support/many.ts";
import { createTestApp, patient, type TestApp } from "../support/test-app.ts";
import { buildTown, checkCounters, daysAhead, isoAfter, type Town } from "../support/town.ts";

let app: TestApp;
const start = daysAhead(20, 5);
const cells = 24;

beforeAll(async () => {
  app = await createTestApp(patient);
});
afterEach(async () => {
  await checkCounters(app);
});
afterAll(async () => {
  await app.close();
});

/** Deterministic numbers for one step, so that a failure can be looked into. */
function dice(seed: number): (sides: number) => number {
  let state = (seed + 1) * 2_654_435_761;
  return (sides) => {
    state = Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0;
    return state % sides;
  };
}

interface Known {
  readonly id: string;
  readonly key: string;
  readonly participants: readonly string[];
}

/** What somebody does next, given what is booked and held by now. */
interface Scene {
  readonly town: Town;
  readonly code: string;
  readonly booked: Known[];
  readonly held: string[];
}

/** With shares every booking is claimed alone; without them concurrent ones are claimed together. */
async function bigTown(hasShares: boolean): Promise<Scene> {
  const scarce = { is_scarce: true, cool_down_seconds: 600 };
  const town = await buildTown(app, {
    services: [
      { code: "card", columns: { duration_minutes: 20, places_per_person: 1, party_size_max: 3 } },
      { code: "photo", columns: { duration_minutes: 10, party_size_max: 3 } },
      { code: "rare", columns: { visibility: "invitation", party_size_max: 3, ...scarce } },
    ],
    resources: ["a", "b"].map((code) => ({
      code,
      offers: ["card", "photo", "rare"],
      from: start,
      cells,
      cellMinutes: 10,
      capacity: 3,
    })),
  });
  if (hasShares) await addShares(town);
  const made = await app.api("POST", "/invitations", {
    key: app.adminKey,
    body: { service_id: town.services["rare"], count: 1, uses_max: 5 },
  });
  const code = JSON.stringify(made.body).match(/"code":"([^"]+)"/)?.[1] ?? "";
  return { town, code, booked: [], held: [] };
}

/** Ceilings for the web and limits per person. */
async function addShares(town: Town): Promise<void> {
  for (const code of ["a", "b"]) {
    for (const [scope, capacity] of [
      ["cell", 2],
      ["day", 30],
    ] as const) {
      await app.sql(
        `INSERT INTO ceilings (tenant_id, id, opening_id, scope, channel, capacity)
         VALUES ($1, gen_random_uuid(), $2, $3, 'web', $4)`,
        [app.tenant.id, town.openings[code], scope, capacity],
      );
    }
  }
  await app.sql(
    `INSERT INTO service_limits (tenant_id, id, service_id, key_source, count_max, counted, period)
     VALUES ($1, gen_random_uuid(), $2, 'person', 6, 'participants', 'month'),
            ($1, gen_random_uuid(), $3, 'person', 4, 'appointments', 'open')`,
    [app.tenant.id, town.services["card"], town.services["photo"]],
  );
}

const kinds = [["card"], ["photo"], ["card", "photo"], ["photo", "card"], ["rare"]] as const;

function visit({ town, code }: Scene, roll: (sides: number) => number) {
  const services = kinds[roll(kinds.length)] ?? ["card"];
  return {
    services: services.map((service) => town.services[service]),
    site: town.siteId,
    starts_at: isoAfter(start, roll(cells) * 10),
    party_size: 1 + roll(3),
    ...(services[0] === "rare" ? { invitation_code: code } : {}),
  };
}

const person = (roll: (sides: number) => number) => ({
  booker: { name: `Person ${roll(6)}`, birth_date: "1980-01-01" },
});

const steps: readonly ((scene: Scene, roll: (sides: number) => number) => Promise<number>)[] = [
  async (scene, roll) => keep(scene, { ...visit(scene, roll), ...person(roll) }),
  async (scene, roll) => {
    const staff = { ...visit(scene, roll), ...person(roll), channel: "phone" };
    const more = roll(3) === 0 ? { overbook: { reason: "Agreed" } } : {};
    return keep(scene, { ...staff, ...more }, app.adminKey);
  },
  async (scene, roll) => {
    const body = { ...visit(scene, roll), client: `client-${roll(4)}-name` };
    const answer = await app.api("POST", "/holds", { body });
    if (answer.status === 201) scene.held.push(answer.as(holdSchema).id);
    return answer.status;
  },
  async (scene, roll) =>
    keep(scene, { hold_id: one(scene.held, roll), invitation_code: scene.code, ...person(roll) }),
  async ({ held }, roll) => {
    const path = `/holds/${one(held, roll)}`;
    const isExtended = roll(2) === 0;
    const answer = await app.api(
      isExtended ? "POST" : "DELETE",
      isExtended ? `${path}/extend` : path,
    );
    return answer.status;
  },
  async (scene, roll) => {
    const { id, key } = one(scene.booked, roll);
    const body = roll(3)
      ? { starts_at: isoAfter(start, roll(cells) * 10) }
      : { hold_id: one(scene.held, roll) };
    return (await app.api("POST", `/appointments/${id}/reschedule`, { key, body })).status;
  },
  async (scene, roll) => {
    const { id, key, participants } = one(scene.booked, roll);
    const body = roll(2) ? {} : { participant_ids: [participants[roll(participants.length)]] };
    return (await app.api("POST", `/appointments/${id}/cancel`, { key, body })).status;
  },
  async () => {
    await tidyExpired(app.deps, app.tenant.id);
    return 200;
  },
];

const missing = "00000000-0000-7000-8000-000000000000";

function one<T>(list: readonly T[], roll: (sides: number) => number): T {
  const chosen = list[roll(list.length)];
  if (chosen === undefined) throw new RangeError("Nothing is there to choose from");
  return chosen;
}

async function keep({ booked }: Scene, body: object, key?: string): Promise<number> {
  const answer = await app.api("POST", "/appointments", { key, body });
  if (answer.status !== 201) return answer.status;
  const { appointment, manage_token: token } = answer.as(bookedSchema);
  const participants = appointment.participants.map((participant) => participant.id);
  booked.push({ id: appointment.id, key: token, participants });
  return 201;
}

/** Deadlocks of this database so far. Sessions tell theirs when they end. */
async function countDeadlocks(): Promise<number> {
  const service = "datname = current_database() AND usename <> current_user";
  await app.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${service}`);
  await vi.waitUntil(async () => {
    const { rows } = await app.sql(`SELECT FROM pg_stat_activity WHERE ${service}`);
    return rows.length === 0;
  });
  const { rows } = await app.sql(
    "SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()",
  );
  return z.object({ n: z.number() }).parse(rows[0]).n;
}

describe("everything at once", () => {
  it.each([
    { name: "with ceilings and limits", hasShares: true },
    { name: "where only slots are short", hasShares: false },
  ])(
    "booking, holding, moving, shrinking and cancelling keep every counter true and never deadlock, $name",
    {
      timeout: 240_000,
    },
    async ({ hasShares }) => {
      const scene = await bigTown(hasShares);
      scene.held.push(missing);
      await many(20, 5, (index) =>
        keep(scene, { ...visit(scene, dice(index)), ...person(dice(index)) }),
      );
      const statuses = await many(1_500, 24, async (index) => {
        const roll = dice(1_000 + index);
        return (steps[roll(steps.length)] ?? steps[0])?.(scene, roll);
      });
      const allowed = [200, 201, 204, 403, 404, 409, 422];
      expect(statuses.filter((status) => !allowed.includes(status ?? 0))).toEqual([]);
      expect(scene.booked.length).toBeGreaterThan(40);
      expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(100);
      expect(await countDeadlocks()).toBe(0);
    },
  );
});
