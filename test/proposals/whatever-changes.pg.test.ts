import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import "../support/property-seed.ts";
import { newCode } from "../support/schedule-world.ts";
import { createProposalWorld, type ProposalWorld, proposalShape } from "./proposal-world.ts";

// A Monday, 08:00 in Rome.
const now = "2026-06-01T06:00:00Z";
let world: ProposalWorld;
beforeAll(async () => {
  world = await createProposalWorld(now);
});
afterAll(() => world.app.close());

const dates = ["2026-06-03", "2026-06-04"] as const;
const starts = dates.flatMap((date) =>
  ["06:00", "06:30", "07:00", "07:30"].map((time) => `${date}T${time}:00Z`),
);

/** A site where two kinds of visit share three desks: one serves the first, one the second, one both. */
interface Hall {
  readonly siteId: string;
  readonly services: readonly string[];
  readonly desks: readonly Desk[];
}

interface Desk {
  readonly id: string;
  readonly openingId: string;
  version: number;
}

async function addHall(capacities: readonly number[]): Promise<Hall> {
  const siteId = await world.addSite();
  const first = await world.addService({ duration_minutes: 30 });
  const second = await world.addService({ duration_minutes: 60 });
  const desks: Desk[] = [];
  for (const [i, offer] of [[first], [first, second], [second]].entries()) {
    const id = await world.addResource(siteId, { service_ids: offer });
    const opening = await world.addOpening(id, {
      capacity: capacities[i] ?? 1,
      starts_on: "2026-06-01",
    });
    desks.push({ id, openingId: opening.id, version: 1 });
  }
  return { siteId, services: [first, second], desks };
}

type Wish = { readonly service: number; readonly start: number };

async function book({ siteId: site, services }: Hall, wish: Wish): Promise<void> {
  const body = {
    services: [services[wish.service]],
    site,
    starts_at: starts[wish.start],
    booker: { name: "Ada Rossi" },
  };
  await world.app.api("POST", "/appointments", { key: world.app.widgetKey, body });
}

type Change =
  | { readonly kind: "capacity"; readonly desk: number; readonly to: number }
  | { readonly kind: "lose"; readonly desk: number; readonly date: number }
  | { readonly kind: "close"; readonly date: number; readonly until: string }
  | { readonly kind: "extra"; readonly desk: number; readonly date: number; readonly to: number };

/** The change as it is sent; an extra opening stands in place of the usual one. */
function toChange({ desks, siteId }: Hall, change: Change): object {
  const date = "date" in change ? dates[change.date] : undefined;
  const desk = "desk" in change ? desks[change.desk] : undefined;
  const days = { starts_on: date, ends_on: date };
  switch (change.kind) {
    case "capacity":
      return {
        kind: "change_opening",
        id: desk?.openingId,
        change: { version: desk?.version, capacity: change.to },
      };
    case "lose":
      return { kind: "lose_resource", resource_id: desk?.id, ...days };
    case "close":
      return {
        kind: "create_closure",
        closure: { code: newCode(), site_id: siteId, ...days, end_time: change.until },
      };
    case "extra":
      return {
        kind: "create_opening",
        opening: {
          resource_id: desk?.id,
          code: newCode(),
          kind: "extra",
          overrides_closures: true,
          ...days,
          start_time: "08:00",
          end_time: "10:00",
          capacity: change.to,
        },
      };
  }
}

const personShape = z.object({
  id: z.string(),
  status: z.string(),
  support: z.string(),
  starts: z.string(),
  places: z.string(),
  counted: z.boolean(),
  uncounted: z.boolean(),
});

/** Everybody at the site: what is said of him, and the places that he has. */
async function peopleOf({ siteId }: Hall) {
  const { rows } = await world.app.sql(
    `SELECT a.id, a.status, a.support, a.starts_at::text AS starts, bool_and(l.is_counted) AS counted,
            bool_and(NOT l.is_counted) AS uncounted,
            string_agg(s.resource_id || ' ' || s.starts_at || ' ' || l.units, ', ' ORDER BY s.starts_at, s.id) AS places
       FROM appointments a
       LEFT JOIN allocations l ON l.owner_id = a.id
       LEFT JOIN slots s ON s.id = l.slot_id
      WHERE a.site_id = $1
      GROUP BY a.id, a.status, a.support, a.starts_at
      ORDER BY a.id`,
    [siteId],
  );
  return new Map(rows.map((row) => personShape.parse(row)).map((one) => [one.id, one]));
}

/** Sum of the capacity, and number, of what can be booked per day. */
async function placesOf({ siteId }: Hall): Promise<Map<string, number>> {
  const { rows } = await world.app.sql(
    `SELECT s.local_date::text || ' ' || s.resource_id || ' ' || s.starts_at AS name, s.capacity
       FROM slots s JOIN resources r ON r.id = s.resource_id
      WHERE r.site_id = $1 AND s.capacity > 0 AND s.mode = 'bookable'`,
    [siteId],
  );
  const slot = z.object({ name: z.string(), capacity: z.number() });
  return new Map(rows.map((row) => slot.parse(row)).map((one) => [one.name, one.capacity]));
}

async function findBrokenPromises({ siteId }: Hall): Promise<unknown[]> {
  const { rows } = await world.app.sql(
    `SELECT 'oversold' AS fault, s.id::text AS id FROM slots s JOIN resources r ON r.id = s.resource_id
      WHERE r.site_id = $1 AND (s.taken > s.capacity OR s.taken <> (
        SELECT coalesce(sum(l.units) FILTER (WHERE l.is_counted), 0) FROM allocations l WHERE l.slot_id = s.id))
     UNION ALL
     SELECT 'not whole', a.id::text FROM appointments a
      WHERE a.site_id = $1 AND (
        SELECT coalesce(sum(extract(epoch FROM s.ends_at - s.starts_at)), 0) FROM allocations l
          JOIN slots s ON s.id = l.slot_id WHERE l.owner_id = a.id) <> extract(epoch FROM a.ends_at - a.starts_at)
     UNION ALL
     SELECT 'at another time', a.id::text FROM appointments a JOIN allocations l ON l.owner_id = a.id
       JOIN slots s ON s.id = l.slot_id
      WHERE a.site_id = $1 AND (s.starts_at < a.starts_at OR s.ends_at > a.ends_at)
     UNION ALL
     SELECT 'not served there', a.id::text FROM appointments a JOIN appointment_legs g ON g.appointment_id = a.id
       JOIN allocations l ON l.owner_id = a.id JOIN slots s ON s.id = l.slot_id
      WHERE a.site_id = $1 AND NOT EXISTS (
        SELECT FROM resource_services o WHERE o.resource_id = s.resource_id AND o.service_id = g.service_id)
     UNION ALL
     SELECT 'support', a.id::text FROM appointments a
      WHERE a.site_id = $1 AND a.status = 'booked' AND EXISTS (
        SELECT FROM allocations l WHERE l.owner_id = a.id AND l.is_counted <> (a.support = 'supported'))`,
    [siteId],
  );
  return rows;
}

type People = Awaited<ReturnType<typeof peopleOf>>;

/** What became of everybody whose state or places are others than before. */
function whatHappened(before: People, after: People): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [id, was] of before) {
    const is = after.get(id);
    if (!is) found[id] = "gone";
    else if (was.support !== is.support) {
      found[id] = is.support === "conflict" ? "conflict" : "returns";
    } else if (was.places !== is.places) found[id] = "moves";
  }
  return found;
}

function sumsOf(before: Map<string, number>, after: Map<string, number>) {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changes = names.map((name) => (after.get(name) ?? 0) - (before.get(name) ?? 0));
  return {
    slots_gained: names.filter((name) => !before.has(name)).length,
    slots_lost: names.filter((name) => !after.has(name)).length,
    places_gained: changes.filter((n) => n > 0).reduce((sum, n) => sum + n, 0),
    places_lost: changes.filter((n) => n < 0).reduce((sum, n) => sum - n, 0),
  };
}

const anyDesk = fc.nat(2);
const anyDate = fc.nat(1);
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ kind: fc.constant("capacity" as const), desk: anyDesk, to: fc.nat(3) }),
  fc.record({ kind: fc.constant("lose" as const), desk: anyDesk, date: anyDate }),
  fc.record({
    kind: fc.constant("close" as const),
    date: anyDate,
    until: fc.constantFrom("09:00", "24:00"),
  }),
  fc.record({
    kind: fc.constant("extra" as const),
    desk: anyDesk,
    date: anyDate,
    to: fc.integer({ min: 1, max: 3 }),
  }),
);

test("whatever is open, booked and changed: applying does what was shown, and nobody is lost, doubled or squeezed in", {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
      fc.array(fc.record({ service: fc.nat(1), start: fc.nat(7) }), {
        minLength: 4,
        maxLength: 14,
      }),
      fc.array(fc.array(anyChange, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 4 }),
      async (capacities, wishes, rounds) => {
        const hall = await addHall(capacities.map((n) => n + 1));
        for (const wish of wishes) await book(hall, wish);
        for (const changes of rounds) await round(hall, changes);
      },
    ),
    { numRuns: 12 },
  );
});

/** Proposes, compares before and after applying, and remembers the versions that it made. */
async function round(hall: Hall, changes: readonly Change[]): Promise<void> {
  const [before, placesBefore] = [await peopleOf(hall), await placesOf(hall)];
  const body = { changes: changes.map((change) => toChange(hall, change)) };
  const answer = await world.call("POST", "/schedule-proposals", body);
  // Two changes of one opening, or two extra openings at once, contradict each other.
  if (answer.status === 409) return;
  const proposal = answer.as(proposalShape);
  expect(await peopleOf(hall)).toEqual(before);
  expect(await placesOf(hall)).toEqual(placesBefore);
  const applied = await world.apply(proposal);
  expect(applied.status).toBe(200);
  for (const change of changes) {
    const desk = change.kind === "capacity" ? hall.desks[change.desk] : undefined;
    if (desk) desk.version = await versionOf(desk.openingId);
  }
  const after = await peopleOf(hall);
  const shown = Object.entries(await world.outcomesOf(proposal.id));
  const others = shown.filter(([, outcome]) => outcome !== "stays");
  expect(Object.fromEntries(others)).toEqual(whatHappened(before, after));
  expect(proposal.totals).toMatchObject(sumsOf(placesBefore, await placesOf(hall)));
  expect([...after.keys()]).toEqual([...before.keys()]);
  expect(await findBrokenPromises(hall)).toEqual([]);
}

async function versionOf(openingId: string): Promise<number> {
  const { rows } = await world.app.sql("SELECT version FROM openings WHERE id = $1", [openingId]);
  return z.object({ version: z.number() }).parse(rows[0]).version;
}
