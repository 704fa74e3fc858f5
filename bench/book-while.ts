import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { bookAppointment } from "../src/appointments/book-appointment.ts";
import type { Deps, RequestContext } from "../src/context.ts";
import { DomainError } from "../src/errors.ts";
import type { Desks } from "./desks.ts";

const PAUSE_MS = 20;

interface Attempt {
  readonly ms: number;
  readonly isBooked: boolean;
}

interface Place {
  readonly deps: Deps;
  readonly context: RequestContext;
  readonly admin: pg.Client;
  readonly desks: Desks;
}

/** Does something while one citizen after the other books a free time. */
export async function bookWhile<T>(
  place: Place,
  work: () => Promise<T>,
): Promise<{ result: T; attempts: readonly Attempt[] }> {
  const life = { isOver: false };
  const booking = bookUntil(place, life);
  const result = await work().finally(() => {
    life.isOver = true;
  });
  return { result, attempts: await booking };
}

async function bookUntil(place: Place, life: { isOver: boolean }): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  while (!life.isOver) {
    const startsAt = await freeStart(place.admin);
    if (startsAt !== undefined) attempts.push(await tryToBook(place, startsAt));
    await pause(PAUSE_MS);
  }
  return attempts;
}

async function tryToBook({ deps, context, desks }: Place, startsAt: Date): Promise<Attempt> {
  const startedMs = performance.now();
  const citizen = {
    tenant: context.tenant,
    actor: { kind: "anonymous" },
    requestId: uuidv7(),
  } as const;
  const isBooked = await bookAppointment(deps, citizen, {
    time: {
      names: { services: [desks.serviceId], site: desks.siteId },
      startsAt,
      partySize: 1,
      channel: "web",
    },
    language: "it",
    booker: { name: "Ada Rossi" },
    participants: [],
    answers: {},
  }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DomainError) return false;
      throw error;
    },
  );
  return { ms: performance.now() - startedMs, isBooked };
}

async function freeStart(admin: pg.Client): Promise<Date | undefined> {
  const { rows } = await admin.query<{ starts_at: Date }>(
    `SELECT starts_at
       FROM slots
      WHERE taken = 0 AND starts_at > clock_now() + interval '1 day' AND starts_at < clock_now() + interval '30 days'
      LIMIT 1 OFFSET floor(random() * 100)`,
  );
  return rows[0]?.starts_at;
}
