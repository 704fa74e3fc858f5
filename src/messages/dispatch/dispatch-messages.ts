import type { Deps } from "../../context.ts";
import type { JobQueue, JobRequest } from "../../jobs/job-queue.ts";
import { sendRequestJob, messagesPerJobMax } from "../jobs.ts";
import { type Lane, lanes, type MessageChannel } from "../message-state.ts";
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
export const claimSeconds = 30;

/** Makes the dispatcher of a process. It remembers how much was taken lately, and may forget it. */
export function createDispatcher({ db, queue, channels }: DispatchOptions): Dispatcher {
  const windows = new Map<string, number>();
  const claim = async (
    way: { readonly channel: MessageChannel; readonly lane: Lane },
    signal: AbortSignal,
  ): Promise<readonly DueMessage[]> => {
    const name = `${way.channel}/${way.lane}`;
    const window = windows.get(name) ?? windowBounds.first;
    const wish = { channel: way.channel, priorities: lanes[way.lane], window, claimSeconds };
    const claimed = await db.inSystem((trx) => claimDue(trx, wish), { signal });
    windows.set(name, nextWindow(window, claimed));
    return claimed.messages;
  };
  const handOver = async (
    due: readonly DueMessage[],
    jobs: readonly JobRequest[],
  ): Promise<void> => {
    try {
      await queue.enqueueMany(jobs);
    } catch (error) {
      await db.inSystem((trx) => returnClaims(trx, due));
      throw error;
    }
  };
  return {
    dispatch: async (signal) => {
      let count = 0;
      for (const lane of ["notices", "reminders"] as const) {
        for (const channel of channels) {
          const due = await claim({ channel, lane }, signal);
          const jobs = groupsOf(due).map((group) => sendRequestJob({ ...group, channel, lane }));
          await handOver(due, jobs);
          count += due.length;
        }
      }
      return count;
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
