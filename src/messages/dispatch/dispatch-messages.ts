import type { Deps } from "../../context.ts";
import type { JobQueue } from "../../jobs/job-queue.ts";
import { sendRequestJob, messagesPerJobMax } from "../jobs.ts";
import { lanes, type MessageChannel } from "../message-state.ts";
import { claimDue, type DueMessage, returnClaims } from "./queries.ts";
import { nextWindow, windowBounds } from "./queue-window.ts";

export interface DispatchOptions extends Pick<Deps, "db"> {
  readonly queue: Pick<JobQueue, "enqueueMany">;
  /** Channels that this installation has a provider for. */
  readonly channels: readonly MessageChannel[];
}

/** Queues what is due. */
export interface Dispatcher {
  /**
   * Claims what is due, hands it to the job store in groups and returns how many; notices first. To be called several
   * times a second by one process; another one that does the same for a moment does no harm. What the job store loses
   * is claimed again half a minute later.
   */
  readonly dispatch: (signal: AbortSignal) => Promise<number>;
}

/** How long nobody else queues a claimed message: what the job store lost is late by this much. */
const claimSeconds = 30;

/** So many are claimed on one way at a time: the first are sent while the next are claimed. */
const claimedAtOnceMax = 500;

/** Makes the dispatcher of a process. It remembers how much was taken lately, and may forget it. */
export function createDispatcher({ db, queue, channels }: DispatchOptions): Dispatcher {
  const ways = (["notices", "reminders"] as const).flatMap((lane) =>
    channels.map((channel) => ({ channel, lane, priorities: lanes[lane] })),
  );
  let windows: number[] = ways.map(() => windowBounds.first);
  const claim = async (signal: AbortSignal) => {
    const wished = ways.map((way, index) => ({ ...way, window: windows[index] ?? 0 }));
    const claimed = await db.inSystem(
      (trx) => claimDue(trx, { ways: wished, claimSeconds, countMax: claimedAtOnceMax }),
      {
        signal,
      },
    );
    windows = wished.map(({ window }, index) => {
      const state = claimed[index];
      return state ? nextWindow(window, state) : window;
    });
    return claimed;
  };
  /** True when there may be more. */
  const dispatchSome = async (signal: AbortSignal): Promise<{ count: number; isMore: boolean }> => {
    const claimed = await claim(signal);
    const jobs = ways.flatMap((way, index) =>
      groupsOf(claimed[index]?.messages ?? []).map((group) => sendRequestJob({ ...group, ...way })),
    );
    const messages = claimed.flatMap((one) => one.messages);
    try {
      await queue.enqueueMany(jobs);
    } catch (error) {
      await db.inSystem((trx) => returnClaims(trx, messages));
      throw error;
    }
    const isMore = claimed.some((one) => one.messages.length >= claimedAtOnceMax);
    return { count: messages.length, isMore };
  };
  return {
    dispatch: async (signal) => {
      if (ways.length === 0) return 0;
      let total = 0;
      for (;;) {
        const { count, isMore } = await dispatchSome(signal);
        total += count;
        if (!isMore || signal.aborted) return total;
      }
    },
  };
}

interface DueGroup {
  readonly tenantId: string;
  readonly ids: readonly string[];
}

/** Puts messages of one administration into groups, in their order. */
function groupsOf(due: readonly DueMessage[]): DueGroup[] {
  const groups: DueGroup[] = [];
  for (const [tenantId, messages] of Map.groupBy(due, (message) => message.tenant_id)) {
    const ids = messages.map((message) => message.id);
    for (let from = 0; from < ids.length; from += messagesPerJobMax)
      groups.push({ tenantId, ids: ids.slice(from, from + messagesPerJobMax) });
  }
  return groups;
}
