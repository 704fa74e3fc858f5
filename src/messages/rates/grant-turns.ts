import type { Lane } from "../message-state.ts";

/** How many messages a gate lets through in a second. */
export interface Rate {
  readonly perSecond: number;
}

/** A gate as the database keeps it: from when it is free again, in epoch milliseconds. */
export interface GateState {
  readonly name: string;
  readonly freeAt: number;
}

/** A message that wants to pass; every gate must let it through. */
export interface Passenger {
  readonly id: string;
  readonly gates: readonly string[];
}

/** Who passes now, when the others should ask again, and what the gates are left at. */
export interface Turns {
  readonly granted: readonly string[];
  /** Ids that wait, with the gate they wait for. */
  readonly denied: ReadonlyMap<string, string>;
  readonly gates: readonly GateState[];
}

export interface TurnsWish {
  readonly gates: readonly GateState[];
  /** By the name of a gate; a gate without one lets everybody through. */
  readonly rates: ReadonlyMap<string, Rate>;
  readonly passengers: readonly Passenger[];
  readonly lane: Lane;
  readonly now: number;
}

/** What may pass at once after a quiet time, in milliseconds of the rate. */
const burstMs = 1_000;
/** Reminders leave half of it to notices, which therefore pass although reminders have used up their part. */
const burstMsOfReminders = 500;

/**
 * Lets messages through in their order, by the generic cell rate algorithm (ITU-T I.371): a gate is free again one
 * interval after each message, and may be ahead of the clock by the burst. Pure; in any second a gate passes at most its
 * rate and the burst.
 */
export function grantTurns({ gates, rates, passengers, lane, now }: TurnsWish): Turns {
  const freeAt = new Map(gates.map((gate) => [gate.name, gate.freeAt]));
  const ahead = lane === "notices" ? burstMs : burstMsOfReminders;
  const granted: string[] = [];
  const denied = new Map<string, string>();
  for (const { id, gates: names } of passengers) {
    const limited = names.flatMap((name) => {
      const rate = rates.get(name);
      return rate
        ? [{ name, next: Math.max(freeAt.get(name) ?? now, now) + intervalMs(rate) }]
        : [];
    });
    const closed = limited.find(({ next }) => next - now > ahead);
    if (closed) {
      denied.set(id, closed.name);
      continue;
    }
    for (const { name, next } of limited) freeAt.set(name, next);
    granted.push(id);
  }
  return { granted, denied, gates: [...freeAt].map(([name, at]) => ({ name, freeAt: at })) };
}

/** Milliseconds from one message to the next. */
export function intervalMs({ perSecond }: Rate): number {
  return 1_000 / perSecond;
}
