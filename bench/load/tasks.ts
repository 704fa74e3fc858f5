import { randomUUID } from "node:crypto";
import type { Answer, Connection } from "./connection.ts";
import type { LoadPlan, Task, Wish } from "./plan.ts";

/** How a task ended. */
export interface Ending {
  readonly status: number;
  readonly isGranted: boolean;
  readonly body: Buffer;
}

/** Does one task on a free connection. */
export type Performer = (connection: Connection) => Promise<Ending>;

/** Makes what performs the plan's task; all text that does not change is put together once. */
export function performerOf({ task, tenant }: Pick<LoadPlan, "task" | "tenant">): Performer {
  return task.kind === "get" ? getter(task.paths) : booker(task, tenant);
}

function getter(paths: readonly string[]): Performer {
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return async (connection) => {
    const answer = await connection.request(pick(requests));
    return { ...answer, isGranted: answer.status === 200 && answer.body.length > 2 };
  };
}

/** A start, as JSON that begins a booking's or a hold's body. */
type Opener = string;

function booker(task: Extract<Task, { kind: "book" }>, tenant: string): Performer {
  const next =
    task.places === undefined ? randomStarts(task.wishes) : everyPlace(task.wishes, task.places);
  const path = (thing: string): string => `/v1/${tenant}/${thing}`;
  const book = async (connection: Connection, opener: Opener): Promise<Ending> => {
    const answer = await connection.request(post(path("appointments"), `${opener},${person()}}`));
    return { ...answer, isGranted: answer.status === 201 };
  };
  if (!task.isHeldFirst) return (connection) => book(connection, next());
  return async (connection) => {
    const hold = await connection.request(post(path("holds"), `${next()}}`));
    if (hold.status !== 201) return { ...hold, isGranted: false };
    return book(connection, `{"hold_id":"${idIn(hold.body)}"`);
  };
}

function randomStarts(wishes: readonly Wish[]): () => Opener {
  const openers = wishes.flatMap(openersOf);
  return () => pick(openers);
}

/** Every place once, shuffled; begins again when all have been asked for. */
function everyPlace(wishes: readonly Wish[], places: number): () => Opener {
  const openers = wishes.flatMap(openersOf);
  const order = Uint32Array.from({ length: openers.length * places }, (_, n) => n % openers.length);
  for (let n = order.length - 1; n > 0; n -= 1) {
    const other = Math.floor(Math.random() * (n + 1));
    [order[n], order[other]] = [order[other] ?? 0, order[n] ?? 0];
  }
  let at = -1;
  return () => {
    at = (at + 1) % order.length;
    return openers[order[at] ?? 0] ?? "";
  };
}

function openersOf(wish: Wish): Opener[] {
  const names = `"services":["${wish.service}"],"site":"${wish.site}","party_size":${wish.partySize}`;
  return wish.starts.map((start) => `{${names},"starts_at":"${start}"`);
}

/** A citizen that nobody else is; all of the same length. */
function person(): string {
  const number = Math.floor(Math.random() * 100_000_000)
    .toString()
    .padStart(8, "0");
  return `"booker":{"name":"Ada Rossi${number}","email":"ada.${number}@example.org","phone":"+39 06 ${number}"}`;
}

function post(path: string, body: string): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n` +
    `Idempotency-Key: ${randomUUID()}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  );
}

const idKey = Buffer.from('"id":"');

/** The first id in a body: of the hold, or of the appointment. */
export function idIn(body: Answer["body"]): string {
  const at = body.indexOf(idKey) + idKey.length;
  return body.toString("latin1", at, at + 36);
}

function pick<T>(things: readonly T[]): T {
  const thing = things[Math.floor(Math.random() * things.length)];
  if (thing === undefined) throw new Error("The plan has nothing to ask for");
  return thing;
}
