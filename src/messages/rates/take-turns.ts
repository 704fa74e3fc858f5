import type { Trx } from "../../db/database.ts";
import type { Lane, MessageChannel } from "../message-state.ts";
import { grantTurns, intervalMs, type Rate } from "./grant-turns.ts";
import { lockGates, updateGates } from "./queries.ts";

/** Messages per second; undefined where there is no limit. */
export interface SendingRates {
  readonly channels: Readonly<Partial<Record<MessageChannel, number | undefined>>>;
  /** E-mail to one domain. */
  readonly perDomain?: number | undefined;
}

/** A leased message on its way to the gates of its channel and its mail domain. */
export interface Traveller {
  readonly id: string;
  readonly domainHex: string | null;
}

export interface TurnsRequest {
  readonly channel: MessageChannel;
  readonly lane: Lane;
  readonly travellers: readonly Traveller[];
  /** The database's clock, epoch milliseconds. */
  readonly now: number;
}

/** Lets messages through at the stated rates, which all workers of an installation share. */
export interface TurnTaker {
  /** Ids that must wait, with when they should ask again (epoch ms); all others have taken their turn. */
  readonly takeTurns: (trx: Trx, request: TurnsRequest) => Promise<ReadonlyMap<string, number>>;
}

/** The gate of a mail domain. */
function domainGate(domainHex: string): string {
  return `domain:${domainHex}`;
}

/**
 * Makes the turn taker of a process. Those who wait are told different times, one interval apart, so that a hundred
 * thousand reminders do not all ask again at once; what it told so far is remembered here and may be forgotten.
 */
export function createTurnTaker({ channels, perDomain }: SendingRates): TurnTaker {
  const promised = new Map<string, number>();
  const ratesOf = ({ channel, travellers }: TurnsRequest): Map<string, Rate> => {
    const rates = new Map<string, Rate>();
    const perSecond = channels[channel];
    if (perSecond !== undefined) rates.set(channel, { perSecond });
    if (perDomain === undefined) return rates;
    for (const { domainHex } of travellers) {
      if (domainHex !== null) rates.set(domainGate(domainHex), { perSecond: perDomain });
    }
    return rates;
  };
  const promise = (gate: string, { rate, now }: { rate: Rate; now: number }): number => {
    const at = Math.max(promised.get(gate) ?? now, now) + intervalMs(rate);
    if (promised.size >= promisedMax && !promised.has(gate)) promised.clear();
    promised.set(gate, at);
    return Math.ceil(at);
  };
  return {
    takeTurns: async (trx, request) => {
      const rates = ratesOf(request);
      if (rates.size === 0 || request.travellers.length === 0) return new Map();
      const gates = await lockGates(trx, [...rates.keys()].toSorted());
      const turns = grantTurns({
        ...request,
        gates,
        rates,
        passengers: request.travellers.map(({ id, domainHex }) => ({
          id,
          gates: [request.channel, ...(domainHex === null ? [] : [domainGate(domainHex)])],
        })),
      });
      await updateGates(trx, turns.gates);
      const waiting = new Map<string, number>();
      for (const [id, gate] of turns.denied) {
        const rate = rates.get(gate);
        if (rate) waiting.set(id, promise(gate, { rate, now: request.now }));
      }
      return waiting;
    },
  };
}

/** Gates whose waiting messages are remembered. */
const promisedMax = 10_000;
