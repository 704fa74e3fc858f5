import type { Deps } from "../../context.ts";
import { monotonicMs } from "../../time/clock.ts";
import type { MessageChannel } from "../message-state.ts";
import { findBlocked } from "./queries.ts";

/** What a process knows of providers that asked any worker for patience. */
export interface GateWatch {
  /**
   * Whether the channel's provider is to be left alone, as it was known less than a quarter of a second ago. While the
   * database is away, what was known last holds. Never rejects.
   */
  readonly isBlocked: (channel: MessageChannel) => Promise<boolean>;
}

const knownForMs = 200;

interface Known {
  readonly readMs: number;
  readonly isBlocked: Promise<boolean>;
}

/** Makes the watch of a process; all messages that are about to go out share a reading. */
export function createGateWatch({ db }: Pick<Deps, "db">): GateWatch {
  const known = new Map<MessageChannel, Known>();
  return {
    isBlocked: (channel) => {
      const last = known.get(channel);
      if (last && monotonicMs() - last.readMs < knownForMs) return last.isBlocked;
      const isBlocked = db
        .inSystem((trx) => findBlocked(trx, channel), { isReadOnly: true })
        .catch(() => last?.isBlocked ?? false);
      known.set(channel, { readMs: monotonicMs(), isBlocked });
      return isBlocked;
    },
  };
}
