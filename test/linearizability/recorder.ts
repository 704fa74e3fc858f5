import { setImmediate as nextTurn } from "node:timers/promises";
import { monotonicMs } from "../../src/time/clock.ts";
import { slugOf } from "../support/one-desk.ts";
import { everybodySees, type ObservedClock, windowOf } from "./clock-window.ts";
import { type Action, isStranger, type Operation } from "./history.ts";

/** An unsafe request of the API, below `/v1/{tenant}`. */
export interface Wish {
  readonly method: "POST" | "DELETE" | "GET";
  readonly path: string;
  readonly body?: unknown;
  /** Whose token to send. */
  readonly token?: string | undefined;
  /** Sent with an `Idempotency-Key`, so that it may be given up and asked again. */
  readonly key?: string | undefined;
  /** Give up the first attempt after so many milliseconds. */
  readonly giveUpAfterMs?: number | undefined;
  /** Do not ask again after giving up. */
  readonly isForgotten?: boolean | undefined;
}

/** What came of a wish. */
export interface Asked {
  /** When it was sent first, when it was sent last, and when that was answered. */
  readonly firstStart: number;
  readonly start: number;
  readonly end: number;
  /** Whether an attempt was given up. */
  readonly isDoubtful: boolean;
  /** Undefined when there was no answer. */
  readonly answer?: { readonly status: number; readonly body: unknown; readonly slug?: string };
}

/** What an operation's answers mean. */
export interface Meaning {
  /** Of a success. */
  readonly done: (body: unknown, name: string) => Action;
  /** Of a refusal, by its problem; undefined for one that is not expected. */
  readonly refused: (slug: string) => Action | undefined;
  /** Of no answer at all; undefined where wishes are not given up. */
  readonly doubtful?: (name: string) => Action;
  readonly after?: string | undefined;
}

interface Term {
  readonly owner: string;
  readonly term: number;
  readonly expiresAt: number;
  readonly after: string;
}

type Recorded = { -readonly [K in keyof Operation]: Operation[K] };

/** Asks over the network and keeps what was asked and answered. */
export class Recorder {
  readonly #address: string;
  readonly #operations: Recorded[] = [];
  readonly #terms: Term[] = [];
  readonly #requests: { start: number; end: number }[] = [];
  #count = 0;

  /** `address` ends with the tenant. */
  constructor(address: string) {
    this.#address = address;
  }

  /** Asks, also again with the same key when the first attempt is given up, until there is an answer. */
  async ask(wish: Wish): Promise<Asked> {
    const firstStart = monotonicMs();
    const first = await this.#attempt(wish, wish.giveUpAfterMs);
    if (first.answer) return { ...first, firstStart, isDoubtful: false };
    if (wish.isForgotten === true) return { ...first, firstStart, isDoubtful: true };
    for (;;) {
      const again = await this.#attempt(wish, undefined);
      if (again.answer?.slug !== "request-in-progress")
        return { ...again, firstStart, isDoubtful: true };
      await nextTurn();
    }
  }

  /** Keeps what was asked; returns the name of the operation that has its answer. Throws on unexpected answers. */
  record(asked: Asked, meaning: Meaning): string {
    const name = this.#nextName();
    const { answer, firstStart, start, end, isDoubtful } = asked;
    const after = meaning.after === undefined ? {} : { after: meaning.after };
    const isDone = answer !== undefined && answer.status < 300;
    if (isDone) {
      // Asked twice with one key it happened once, at any time since it was asked first.
      const action = meaning.done(answer.body, name);
      this.#operations.push({ name, action, start: firstStart, end, ...after });
      return name;
    }
    if (isDoubtful) this.#recordDoubt(firstStart, { ...meaning, name: `${name}-first` });
    if (!answer) return name;
    const action = meaning.refused(answer.slug ?? "");
    if (!action) throw new Error(`Unexpected ${answer.status}: ${JSON.stringify(answer.body)}`);
    this.#operations.push({ name, action, start, end, ...after });
    return name;
  }

  /** Keeps when a hold's term ends, by the database's clock (epoch ms), and what began it. */
  recordTerm(term: Term): void {
    this.#terms.push(term);
  }

  /** Keeps something that was looked up outside the API. */
  recordLook(action: Action, { start, end }: { start: number; end: number }): void {
    this.#operations.push({ name: this.#nextName(), action, start, end });
  }

  /** Owners that somebody was told of. */
  knownOwners(): Set<string> {
    const owners = this.#operations.flatMap(({ action }) =>
      (action.kind === "claimed" || action.kind === "confirmed") && !isStranger(action.owner)
        ? [action.owner]
        : [],
    );
    return new Set(owners);
  }

  /** How many requests were answered or given up. */
  requestCount(): number {
    return this.#requests.length;
  }

  /** Keeps that nothing asked before is under way at `at` (monotonic), not even what was given up. */
  recordQuiet(at: number): void {
    for (const one of this.#requests) one.end = Math.min(one.end, at);
    for (const one of this.#operations) one.end = Math.min(one.end, at);
  }

  /** All operations and the ends of terms; `clock` as it was observed meanwhile. */
  finish(clock: ObservedClock): Operation[] {
    const shifts = clock.shifts.map((one) => ({
      ...one,
      end: everybodySees(one.end, this.#requests),
    }));
    const ends = this.#terms.map(({ owner, term, expiresAt, after }): Operation => {
      const { start, end } = windowOf(expiresAt, { ...clock, shifts });
      const action = { kind: "expired", owner, term } as const;
      return { name: `${owner} term ${term}`, action, start, end, after };
    });
    return [...this.#operations, ...ends];
  }

  #recordDoubt(start: number, { doubtful, name }: Meaning & { name: string }): void {
    if (!doubtful) throw new Error("A wish was given up that must not be");
    const end = Number.POSITIVE_INFINITY;
    this.#operations.push({ name, action: doubtful(name), start, end, isDoubtful: true });
  }

  #nextName(): string {
    this.#count += 1;
    return `#${this.#count}`;
  }

  async #attempt(
    wish: Wish,
    giveUpAfterMs: number | undefined,
  ): Promise<Pick<Asked, "start" | "end" | "answer">> {
    const start = monotonicMs();
    const signal = giveUpAfterMs === undefined ? null : AbortSignal.timeout(giveUpAfterMs);
    try {
      const response = await fetch(this.#address + wish.path, { ...requestOf(wish), signal });
      const text = await response.text();
      const end = monotonicMs();
      this.#requests.push({ start, end });
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const slug = slugOf({ body });
      return {
        start,
        end,
        answer: { status: response.status, body, ...(slug === undefined ? {} : { slug }) },
      };
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      const end = monotonicMs();
      // The service may still be at it, until it is known to be quiet.
      this.#requests.push({ start, end: Number.POSITIVE_INFINITY });
      return { start, end };
    }
  }
}

function requestOf({ method, body, token, key }: Wish): RequestInit {
  return {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { "Idempotency-Key": key }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}
