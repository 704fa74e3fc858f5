import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { cancelAppointment } from "../../src/appointments/cancel-appointment.ts";
import type { RequestContext } from "../../src/context.ts";
import { DomainError } from "../../src/errors.ts";
import { toLocalDate } from "../../src/time/local-date.ts";
import { toLocalTime } from "../../src/time/local-time.ts";
import type { WaitingEntry } from "../../src/waitlist/entries/entry.ts";
import { joinWaitlist } from "../../src/waitlist/entries/join-waitlist.ts";
import { readOrder } from "../../src/waitlist/entries/read-order.ts";
import { freePlace, placeFits } from "../../src/waitlist/entries/wish-fits.ts";
import { acceptOffer } from "../../src/waitlist/offers/accept-offer.ts";
import { declineOffer } from "../../src/waitlist/offers/decline-offer.ts";
import { createRandom, pick } from "../linearizability/random.ts";
import { patient } from "../support/test-app.ts";
import { checkCounters, daysAhead } from "../support/town.ts";
import { createWaitlistWorld, firstSlot } from "./waitlist-world.ts";

const cells = 220;
const wishes = 1_000;
const cancellations = 200;
const waves = 10;
const answerMinutes = 60;

const world = await createWaitlistWorld({
  ...patient,
  resources: [{ code: "desk", offers: ["id-card"], from: firstSlot, cells }],
  settings: { answer_minutes: answerMinutes },
});
afterAll(() => world.close());
const { app, town } = world;
const random = createRandom(20_261_125);

const office: RequestContext = {
  tenant: app.tenant,
  actor: { kind: "system" },
  requestId: uuidv7(),
};

/** Everything is booked, by the bookings' own statement. */
async function fill(): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < cells; at += 20) {
    const part = Array.from({ length: Math.min(20, cells - at) }, (_, n) => at + n);
    const booked = await Promise.all(part.map((cell) => world.book(`Persona ${cell}`, cell * 15)));
    ids.push(...booked.map(({ appointment }) => appointment.id));
  }
  return ids;
}

async function joinAll(): Promise<void> {
  const days = [11, 12, 13, 14, 15];
  const joinOne = async (at: number): Promise<void> => {
    const first = pick(random, days) ?? 12;
    const hour = pick(random, ["00:00", "06:00", "08:00", "12:00", "18:00"]) ?? "00:00";
    await joinWaitlist(app.deps, office, {
      what: {
        services: [town.services["id-card"] ?? ""],
        partySize: 1,
        language: "it",
        people: {
          booker: { name: `Attesa ${at}`, email: `attesa${at}@example.org` },
          answers: {},
          participants: [],
        },
      },
      fromOn: toLocalDate(daysAhead(first).toISOString().slice(0, 10)),
      toOn: toLocalDate(
        daysAhead(first + 2)
          .toISOString()
          .slice(0, 10),
      ),
      fromTime: toLocalTime(hour),
      channel: "web",
      hasPriority: random() < 0.02,
    });
  };
  for (let at = 0; at < wishes; at += 10)
    await Promise.all(Array.from({ length: 10 }, (_, n) => joinOne(at + n)));
}

const freeRows = z.array(z.object({ starts_at: z.date() }));
const openRows = z.array(
  z.object({ id: z.string(), entry_id: z.string(), starts_at: z.date(), made_at: z.date() }),
);

/** Starts of cells that anybody may have by now. */
async function freeStarts(): Promise<number[]> {
  const { rows } = await app.sql(
    `SELECT s.starts_at FROM slots s
     WHERE s.taken < s.capacity OR EXISTS (
       SELECT FROM allocations a
       WHERE a.slot_id = s.id AND a.owner_kind = 'cooldown')`,
  );
  return freeRows.parse(rows).map((row) => row.starts_at.getTime());
}

async function openOffers() {
  const { rows } = await app.sql(
    `SELECT o.id, o.entry_id, p.starts_at, o.created_at AS made_at
     FROM waitlist_offers o JOIN waitlist_places p ON p.id = o.place_id WHERE o.status = 'offered'`,
  );
  return openRows.parse(rows);
}

/** Who waits, in the order as it is stated: priority, then age, near-ties by id. */
async function waiting(): Promise<readonly WaitingEntry[]> {
  const { entries } = await app.deps.db.inTenant(app.tenant.id, (trx) =>
    readOrder(trx, app.tenant.id, { after: null, countMax: wishes + 1 }),
  );
  const { rows } = await app.sql(
    "SELECT id FROM waitlist_entries ORDER BY has_priority DESC, waiting_since, id",
  );
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return rows.flatMap((row) => byId.get(String(row["id"])) ?? []);
}

function placeAt(startsAt: number) {
  return freePlace({ siteId: town.siteId, timeZone: "Europe/Rome", startsAt });
}

/** Whoever was passed over for a place, although he came before and could have had it. */
function passedOver(before: readonly WaitingEntry[], given: ReadonlyMap<string, number>): string[] {
  return before.flatMap((entry, at) => {
    const own = given.get(entry.id) ?? Number.POSITIVE_INFINITY;
    return before.slice(at + 1).flatMap((later) => {
      const theirs = given.get(later.id);
      const isWrong = theirs !== undefined && theirs < own && placeFits(entry, placeAt(theirs));
      return isWrong ? [`${entry.id} before ${later.id}`] : [];
    });
  });
}

async function answerAll(): Promise<void> {
  for (const offer of await openOffers()) {
    const context: RequestContext = {
      ...office,
      actor: { kind: "waiting", entryId: offer.entry_id },
    };
    const mood = random();
    try {
      if (mood < 0.6) await acceptOffer(app.deps, context, offer.id);
      else if (mood < 0.75) await declineOffer(app.deps, context, offer.id);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}

/** Offers until nothing changes, and checks that the order was kept and nobody waits for what is free. */
async function offerAndCheck(): Promise<number> {
  const before = await waiting();
  const known = new Set((await openOffers()).map((offer) => offer.id));
  const asked = await world.offer();
  const made = (await openOffers()).filter((offer) => !known.has(offer.id));
  const given = new Map(made.map((offer) => [offer.entry_id, offer.starts_at.getTime()]));
  expect(made).toHaveLength(asked);
  expect(given.size).toBe(asked);
  expect(passedOver(before, given)).toEqual([]);
  const free = await freeStarts();
  const still = await waiting();
  const missed = free.filter((at) => still.some((entry) => placeFits(entry, placeAt(at))));
  expect(missed).toEqual([]);
  return asked;
}

test("of 1,000 wishes and 200 cancellations every freed place reaches somebody who waits or is on sale, in order, in one hand", async () => {
  const appointments = await fill();
  await joinAll();
  let asked = 0;
  for (let wave = 0; wave < waves; wave += 1) {
    const now = daysAhead(2, 8).getTime() + wave * (answerMinutes + 5) * 60_000;
    await world.goTo(new Date(now));
    await world.end();
    const cancelled = appointments.splice(0, cancellations / waves);
    for (const id of cancelled) await cancelAppointment(app.deps, office, { id, reason: "other" });
    asked += await offerAndCheck();
    await answerAll();
    asked += await offerAndCheck();
    await checkCounters(app);
  }
  await world.goTo(new Date(daysAhead(2, 8).getTime() + waves * (answerMinutes + 5) * 60_000));
  await world.end();
  await world.goTo(
    new Date(daysAhead(2, 8).getTime() + (waves * (answerMinutes + 5) + 2) * 60_000),
  );
  const { rows } = await app.sql(`
    SELECT (SELECT count(*)::int FROM allocations WHERE owner_kind = 'offer') AS held,
           (SELECT count(*)::int FROM allocations WHERE owner_kind = 'cooldown' AND expires_at > clock_now()) AS cooling,
           (SELECT count(*)::int FROM waitlist_offers WHERE status = 'accepted') AS accepted,
           (SELECT count(*)::int FROM waitlist_entries WHERE status = 'fulfilled') AS fulfilled,
           (SELECT count(*)::int FROM appointments WHERE status = 'booked') AS booked,
           (SELECT sum(capacity - taken)::int FROM slots) AS free`);
  const [end] = z
    .array(
      z.object({
        held: z.number(),
        cooling: z.number(),
        accepted: z.number(),
        fulfilled: z.number(),
        booked: z.number(),
        free: z.number(),
      }),
    )
    .parse(rows);
  if (!end) throw new Error("The figures are missing");
  expect(asked).toBeGreaterThan(cancellations);
  expect(end).toMatchObject({ held: 0, cooling: 0, fulfilled: end.accepted });
  expect(end.accepted).toBeGreaterThan(cancellations / 2);
  expect(end.booked).toBe(cells - cancellations + end.accepted);
}, 180_000);
