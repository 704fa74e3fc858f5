import { v7 as uuidv7 } from "uuid";
import { appointmentSchema, bookedSchema } from "../../src/appointments/schema.ts";
import { holdSchema } from "../../src/slots/holds/schema.ts";
import { monotonicMs } from "../../src/time/clock.ts";
import { booker } from "../support/one-desk.ts";
import { type Cell, cellName, type ContestedTown } from "./contested-town.ts";
import { type Action, strangerName } from "./history.ts";
import { pick } from "./random.ts";
import type { Asked, Recorder, Wish } from "./recorder.ts";

/** A hold that somebody was given. */
interface Held {
  readonly id: string;
  readonly cell: Cell;
  readonly serviceId: string;
  readonly record: string;
  /** Nobody touches it before (monotonic ms): some are left until they have expired. */
  readonly restsUntil: number;
  term: number;
}

/** An appointment that somebody was given. */
interface Booked {
  readonly id: string;
  readonly token: string;
  readonly site: readonly Cell[];
  readonly serviceId: string;
}

export interface Crowd {
  readonly town: ContestedTown;
  readonly recorder: Recorder;
  readonly random: () => number;
  /** What anybody may act on next; several may act on the same at once. */
  readonly holds: Held[];
  readonly appointments: Booked[];
}

type Deed = (crowd: Crowd) => Promise<unknown>;

/** How often of 100 citizens do what. */
const deeds: readonly (readonly [number, Deed])[] = [
  [34, (crowd) => book(crowd, anyCell(crowd))],
  [16, hold],
  [9, confirm],
  [4, extend],
  [4, release],
  [8, move],
  [4, moveToHold],
  [12, cancelAny],
  [9, look],
];

/** Does one thing, by chance, and records it. */
export async function actOnce(crowd: Crowd): Promise<void> {
  let left = crowd.random() * deeds.reduce((sum, [weight]) => sum + weight, 0);
  const chosen = deeds.find(([weight]) => {
    left -= weight;
    return left < 0;
  });
  await chosen?.[1](crowd);
}

/** One in seven wishes goes to the first site, so that its few places are fought for. */
function anyCell({ town, random }: Crowd): Cell {
  const site = random() < 0.07 ? town.sites[0] : pick(random, town.sites);
  const cell = pick(random, site ?? []);
  if (!cell) throw new Error("The town has no cells");
  return cell;
}

/** A key, and for some wishes that their first attempt is given up, and sometimes not asked again. */
function keyed({ random }: Crowd): Pick<Wish, "key" | "giveUpAfterMs" | "isForgotten"> {
  const key = uuidv7();
  if (random() >= 0.05) return { key };
  return { key, giveUpAfterMs: Math.ceil(random() * 25), isForgotten: random() < 0.3 };
}

/** Books a place in the cell; whether it was got. */
export async function book(crowd: Crowd, cell: Cell): Promise<boolean> {
  const serviceId = pick(crowd.random, cell.serviceIds) ?? "";
  const asked = await crowd.recorder.ask({
    ...keyed(crowd),
    method: "POST",
    path: "/appointments",
    body: { services: [serviceId], site: cell.siteId, starts_at: cell.startsAt, booker },
  });
  crowd.recorder.record(asked, {
    done: (body) => ({
      kind: "claimed",
      cell: cell.name,
      owner: keepBooked(crowd, body, { cell, serviceId }),
    }),
    refused: (slug) => (slug === "slot-taken" ? { kind: "full", cell: cell.name } : undefined),
    doubtful: (name) => ({ kind: "claimed", cell: cell.name, owner: strangerName(name) }),
  });
  return asked.answer?.status === 201;
}

function keepBooked(
  { appointments, town }: Crowd,
  body: unknown,
  { cell, serviceId }: { cell: Cell; serviceId: string },
): string {
  const { appointment, manage_token: token } = bookedSchema.parse(body);
  const site = town.sites.find((cells) => cells.includes(cell)) ?? [];
  appointments.push({ id: appointment.id, token, site, serviceId });
  return appointment.id;
}

async function hold(crowd: Crowd): Promise<void> {
  const cell = anyCell(crowd);
  const serviceId = pick(crowd.random, cell.serviceIds) ?? "";
  const asked = await crowd.recorder.ask({
    method: "POST",
    path: "/holds",
    body: { services: [serviceId], site: cell.siteId, starts_at: cell.startsAt },
  });
  const record = crowd.recorder.record(asked, {
    done: (body) => ({ kind: "claimed", cell: cell.name, owner: holdSchema.parse(body).id }),
    refused: (slug) => (slug === "slot-taken" ? { kind: "full", cell: cell.name } : undefined),
  });
  if (asked.answer?.status !== 201) return;
  const { id } = holdSchema.parse(asked.answer.body);
  keepTerm(crowd, asked, record);
  // Half of them are left until their time is over; half of those for ever.
  const chance = crowd.random();
  if (chance < 0.25) return;
  const restMs = chance < 0.5 ? 2_000 + crowd.random() * 2_000 : 0;
  crowd.holds.push({ id, cell, serviceId, record, restsUntil: monotonicMs() + restMs, term: 0 });
}

/** The term that a hold's answer began: its number is how often the hold was extended. */
function termOf(body: unknown): number {
  return 10 - holdSchema.parse(body).extensions_left;
}

function keepTerm({ recorder }: Crowd, { answer }: Asked, record: string): void {
  const { id, expires_at: expiresAt } = holdSchema.parse(answer?.body);
  const term = termOf(answer?.body);
  recorder.recordTerm({ owner: id, term, expiresAt: Date.parse(expiresAt), after: record });
}

/** Takes something that somebody was given; most often nobody else will act on it then. */
function take<T>({ random }: Crowd, things: T[], isWanted: (thing: T) => boolean = () => true) {
  const thing = pick(random, things.filter(isWanted));
  if (thing !== undefined && random() < 0.7) drop(things, thing);
  return thing;
}

function drop<T>(things: T[], thing: T): void {
  const index = things.indexOf(thing);
  if (index >= 0) things.splice(index, 1);
}

function isAwake({ restsUntil }: Held): boolean {
  return monotonicMs() >= restsUntil;
}

function goneHold({ holds }: Crowd, held: Held): (slug: string) => Action | undefined {
  return (slug) => {
    if (slug !== "hold-not-open") return undefined;
    drop(holds, held);
    return { kind: "gone", owner: held.id };
  };
}

async function confirm(crowd: Crowd): Promise<void> {
  const held = take(crowd, crowd.holds, isAwake);
  if (!held) return;
  const asked = await crowd.recorder.ask({
    ...keyed(crowd),
    method: "POST",
    path: "/appointments",
    body: { hold_id: held.id, booker },
  });
  const confirmed = { kind: "confirmed", hold: held.id, isMove: false } as const;
  crowd.recorder.record(asked, {
    done: (body) => ({ ...confirmed, owner: keepBooked(crowd, body, held) }),
    refused: goneHold(crowd, held),
    doubtful: (name) => ({ ...confirmed, owner: strangerName(name) }),
  });
}

async function extend(crowd: Crowd): Promise<void> {
  // Ten times are allowed; that is another test's.
  const held = pick(
    crowd.random,
    crowd.holds.filter((one) => isAwake(one) && one.term < 5),
  );
  if (!held) return;
  held.term += 1;
  const path = `/holds/${held.id}/extend`;
  const asked = await crowd.recorder.ask({ method: "POST", path });
  const record = crowd.recorder.record(asked, {
    done: (body) => ({ kind: "extended", owner: held.id, term: termOf(body) }),
    refused: goneHold(crowd, held),
    after: held.record,
  });
  if (asked.answer?.status === 200) keepTerm(crowd, asked, record);
}

async function release(crowd: Crowd): Promise<void> {
  const held = take(crowd, crowd.holds, isAwake);
  if (!held) return;
  const { record, id } = held;
  const asked = await crowd.recorder.ask({ method: "DELETE", path: `/holds/${id}` });
  crowd.recorder.record(asked, {
    done: () => ({ kind: "released", owner: id }),
    refused: () => undefined,
    after: record,
  });
}

function goneAppointment(
  { appointments }: Crowd,
  booked: Booked,
  slug: string,
): Action | undefined {
  if (slug !== "not-booked-any-more") return undefined;
  drop(appointments, booked);
  return { kind: "gone", owner: booked.id };
}

async function reschedule(crowd: Crowd, { id, token }: Booked, time: object): Promise<Asked> {
  const path = `/appointments/${id}/reschedule`;
  return crowd.recorder.ask({ ...keyed(crowd), method: "POST", path, token, body: time });
}

async function move(crowd: Crowd): Promise<void> {
  const booked = pick(crowd.random, crowd.appointments);
  const cell = pick(crowd.random, booked?.site ?? []);
  if (!booked || !cell) return;
  const asked = await reschedule(crowd, booked, { starts_at: cell.startsAt });
  const moved = { kind: "moved", owner: booked.id, cell: cell.name } as const;
  crowd.recorder.record(asked, {
    done: () => moved,
    refused: (slug) =>
      slug === "slot-taken"
        ? { kind: "full", cell: cell.name, owner: booked.id }
        : goneAppointment(crowd, booked, slug),
    doubtful: () => moved,
  });
}

async function moveToHold(crowd: Crowd): Promise<void> {
  const booked = pick(crowd.random, crowd.appointments);
  if (!booked) return;
  const held = take(
    crowd,
    crowd.holds,
    (one) => isAwake(one) && one.serviceId === booked.serviceId && booked.site.includes(one.cell),
  );
  if (!held) return;
  const asked = await reschedule(crowd, booked, { hold_id: held.id });
  const moved = { kind: "confirmed", hold: held.id, owner: booked.id, isMove: true } as const;
  crowd.recorder.record(asked, {
    done: () => moved,
    refused: (slug) => goneHold(crowd, held)(slug) ?? goneAppointment(crowd, booked, slug),
    doubtful: () => moved,
  });
}

async function cancelAny(crowd: Crowd): Promise<void> {
  const booked = take(crowd, crowd.appointments);
  if (booked) await cancel(crowd, booked);
}

async function cancel(crowd: Crowd, booked: Booked): Promise<void> {
  const { id, token } = booked;
  const path = `/appointments/${id}/cancel`;
  const asked = await crowd.recorder.ask({
    ...keyed(crowd),
    method: "POST",
    path,
    token,
    body: {},
  });
  crowd.recorder.record(asked, {
    done: () => ({ kind: "cancelled", owner: id }),
    refused: (slug) => goneAppointment(crowd, booked, slug),
    doubtful: () => ({ kind: "cancelled", owner: id }),
  });
}

async function look(crowd: Crowd): Promise<void> {
  const booked = pick(crowd.random, crowd.appointments);
  if (!booked) return;
  const { id, token } = booked;
  const asked = await crowd.recorder.ask({ method: "GET", path: `/appointments/${id}`, token });
  crowd.recorder.record(asked, {
    done: (body) => {
      const { status, site, starts_at: startsAt } = appointmentSchema.parse(body);
      const cell = status === "booked" ? cellName(site.id, startsAt) : undefined;
      return { kind: "seen", owner: id, cell };
    },
    refused: () => undefined,
  });
}
