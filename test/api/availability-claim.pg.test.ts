/** What availability shows is what a claim is granted: random small towns, every start asked of both. */
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Trx } from "../../src/db/database.ts";
import { DomainError } from "../../src/errors.ts";
import { searchAvailability } from "../../src/slots/availability/search-availability.ts";
import { type ClaimRequest, claimPlaces } from "../../src/slots/claim/claim-places.ts";
import { releasePlaces } from "../../src/slots/claim/release-places.ts";
import { loadBookingRules } from "../../src/slots/rules/load-booking-rules.ts";
import { toLocalDate } from "../../src/time/local-date.ts";
import { createTown, type TownSite } from "../support/slot-town.ts";
import { createTestApp } from "../support/test-app.ts";

const app = await createTestApp();
afterAll(() => app.close());
const town = createTown(app);
const tenantId = app.tenant.id;
const date = "2026-03-02";

beforeAll(() => town.setClock("2026-03-02T06:50:00Z"));

/** Mostly the first value, so that towns stay bookable. */
function usually<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  const rest = others.map((other) => ({ arbitrary: fc.constant(other), weight: 1 }));
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 2 * others.length + 1 }, ...rest);
}

const service = fc.record({
  duration_minutes: fc.constantFrom(5, 15, 20, 30),
  extra_minutes_per_person: usually(0, 10),
  buffer_before_minutes: usually(0, 5, 20),
  buffer_after_minutes: usually(0, 5, 30),
  places_per_person: usually(0, 1),
  roles: usually(["desk"], ["desk", "room"]),
  leg_gap_max_minutes: fc.constantFrom(0, 15, 60),
  notice_minutes: usually(0, 30),
  publication_portions: usually<object | null>(null, {
    pattern: [0, 1],
    portions: [
      { horizon_days: 60, time: "00:00" },
      { horizon_days: 0, time: "23:00" },
    ],
  }),
});
const ceiling = fc.record({
  scope: fc.constantFrom("cell", "day"),
  channel: fc.constantFrom("web", "phone"),
  of: fc.constantFrom(null, 0, 1),
  capacity: fc.constantFrom(0, 1, 2, 3),
  lifted: usually<string | null>(null, "07:00", "09:00"),
});
const opening = fc.record({
  minutes: fc.constantFrom(60, 90, 120),
  capacity: usually(1, 0, 2, 3),
  mode: usually<"bookable" | "walk_in">("bookable", "walk_in"),
  only: usually<number | null>(null, 0, 1),
  cellsPerStart: usually(1, 2),
  ceiling: fc.option(ceiling),
});
const resource = fc.record({
  role: usually("desk", "room"),
  cell_minutes: fc.constantFrom(10, 15, 30),
  offers: fc.constantFrom([0], [1], [0, 1]),
  openings: fc.array(opening, { minLength: 1, maxLength: 2 }),
});
const services = fc.constantFrom([0], [1], [0, 1], [1, 0]);
const earlier = fc.record({
  services,
  partySize: usually(1, 2),
  channel: fc.constantFrom("web" as const, "phone" as const),
  at: fc.nat(),
  kind: fc.constantFrom("appointment", "live", "expired", "expired", "cooldown"),
});
const anyTown = fc.record({
  services: fc.tuple(service, service),
  resources: fc.array(resource, { minLength: 2, maxLength: 4, size: "max" }),
  earlier: fc.array(earlier, { maxLength: 12, size: "max" }),
  visit: fc.record({
    services,
    partySize: usually(1, 2, 3),
    channel: fc.constantFrom("web" as const, "phone" as const),
    isStaff: fc.boolean(),
  }),
});
type AnyTown = typeof anyTown extends fc.Arbitrary<infer T> ? T : never;

let towns = 0;

interface Built {
  readonly site: TownSite;
  readonly serviceIds: readonly string[];
  readonly starts: readonly number[];
}

async function build(wish: AnyTown): Promise<Built> {
  towns += 1;
  const site = await town.addSite(`site-${towns}`);
  const serviceIds: string[] = [];
  for (const [at, columns] of wish.services.entries())
    serviceIds.push(await town.addService(`s${towns}-${at}`, columns));
  const idOf = (at: number): string => serviceIds[at] ?? "";
  const starts = new Set<number>();
  for (const { role, cell_minutes, offers, openings } of wish.resources) {
    const made = await town.addResource(site, offers.map(idOf), { role, cell_minutes });
    for (const [at, one] of openings.entries()) {
      const opened = await town.addOpening(made, {
        date,
        start: at === 0 ? "08:00" : "10:00",
        end: `${String(at * 2 + 8 + Math.floor(one.minutes / 60)).padStart(2, "0")}:${one.minutes % 60 || "00"}`,
        stepMinutes: cell_minutes * one.cellsPerStart,
        capacity: one.capacity,
        mode: one.mode,
        serviceIds: one.only === null ? [] : [idOf(one.only)],
      });
      for (const start of opened.slotIds.keys()) starts.add(Date.parse(start));
      if (!one.ceiling) continue;
      const { of, lifted, ...columns } = one.ceiling;
      await town.addCeiling(opened, {
        ...columns,
        service_id: of === null ? null : idOf(of),
        lifted_time: lifted,
        lifted_days_before: lifted === null ? null : 0,
      });
    }
  }
  return { site, serviceIds, starts: [...starts] };
}

type Wish = Pick<ClaimRequest, "partySize" | "channel" | "isStaff"> & {
  readonly services: readonly number[];
};

async function requestOf(trx: Trx, built: Built, { services: wanted, ...wish }: Wish) {
  const serviceIds = wanted.map((at) => built.serviceIds[at] ?? "");
  const rules = await loadBookingRules(trx, tenantId, { serviceIds, siteId: built.site.id });
  return { ...wish, rules, siteId: built.site.id, ttlSeconds: null };
}

/** Whether a claim is granted; refusals take nothing and leave the transaction as it was. */
async function isGranted(trx: Trx, request: ClaimRequest): Promise<boolean> {
  try {
    await claimPlaces(trx, tenantId, request);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

/** Books the first start from `at` on that is granted, so that towns fill up. */
async function fill(
  built: Built,
  { at, kind, ...wish }: AnyTown["earlier"][number],
): Promise<void> {
  const id = uuidv7();
  const isHold = kind === "live" || kind === "expired";
  const first = at % Math.max(1, built.starts.length);
  const granted = await app.deps.db.inTenant(tenantId, async (trx) => {
    const request = await requestOf(trx, built, { ...wish, isStaff: false });
    const owner = { kind: isHold ? "hold" : "appointment", id } as const;
    for (const startsAt of [...built.starts.slice(first), ...built.starts.slice(0, first)])
      if (await isGranted(trx, { ...request, startsAt, owner, ttlSeconds: isHold ? 600 : null }))
        return true;
    return false;
  });
  if (!granted) return;
  if (kind === "expired") await expire(built, id);
  if (kind === "cooldown")
    await app.deps.db.inTenant(tenantId, (trx) =>
      releasePlaces(trx, tenantId, {
        ownerId: id,
        coolDown: { coolDownSeconds: 600, noticeMinutes: 0 },
      }),
    );
}

async function expire(built: Built, id: string): Promise<void> {
  const past = "2026-03-02T06:49:00Z";
  await app.sql("UPDATE allocations SET expires_at = $2 WHERE owner_id = $1", [id, past]);
  await app.sql(
    `INSERT INTO holds (tenant_id, id, site_id, service_ids, party_size, channel, starts_at, ends_at, legs, ttl_seconds, expires_at)
     VALUES ($1, $2, $3, $4, 1, 'web', $5, $5, '[]', 600, $5)`,
    [tenantId, id, built.site.id, built.serviceIds, past],
  );
}

/** How many visits of this kind are granted one after the other, up to `countMax`; nothing of it stays. */
async function countGranted(
  built: Built,
  wish: Wish & { startsAt: number; countMax: number },
): Promise<number> {
  const undo = new Error("undone");
  let granted = 0;
  const work = app.deps.db.inTenant(tenantId, async (trx) => {
    granted = 0;
    const { startsAt, countMax, ...visit } = wish;
    const request = await requestOf(trx, built, visit);
    while (granted < countMax) {
      const owner = { kind: "appointment", id: uuidv7() } as const;
      if (!(await isGranted(trx, { ...request, startsAt, owner }))) break;
      granted += 1;
    }
    throw undo;
  });
  await work.catch((error: unknown) => {
    if (error !== undo) throw error;
  });
  return granted;
}

const runs = Number(process.env["TOWNS"] ?? 40);

test("every start that is shown is granted as often as it says, and no other is", {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(anyTown, async (wish) => {
      const built = await build(wish);
      for (const one of wish.earlier) await fill(built, one);
      const { services: wanted, ...visit } = wish.visit;
      const shown = await searchAvailability(app.deps, app.tenant, {
        ...visit,
        serviceIds: wanted.map((at) => built.serviceIds[at] ?? ""),
        siteId: built.site.id,
        from: toLocalDate(date),
        to: toLocalDate(date),
      });
      const placesAt = new Map(
        shown.days.flatMap((day) =>
          day.starts.map((start) => [start.starts_at.getTime(), start.places] as const),
        ),
      );
      for (const startsAt of new Set([...built.starts, ...placesAt.keys()])) {
        const places = placesAt.get(startsAt) ?? 0;
        const granted = await countGranted(built, {
          ...wish.visit,
          startsAt,
          countMax: places + 1,
        });
        const place = new Date(startsAt).toISOString();
        if (places <= 1) expect({ place, granted }).toEqual({ place, granted: places });
        else expect(granted).toBeGreaterThanOrEqual(places);
      }
      const { rows } = await app.sql(
        `SELECT s.id FROM slots s JOIN resources r ON r.id = s.resource_id AND r.site_id = $1
         WHERE s.taken <> (SELECT coalesce(sum(a.units), 0) FROM allocations a
                           WHERE a.tenant_id = s.tenant_id AND a.slot_id = s.id AND a.is_counted)`,
        [built.site.id],
      );
      expect(rows).toEqual([]);
    }),
    { numRuns: runs },
  );
});
