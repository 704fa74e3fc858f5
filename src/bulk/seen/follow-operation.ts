import { setTimeout as delay } from "node:timers/promises";
import type { Deps, RequestContext } from "../../context.ts";
import type { BulkProgress, BulkStatus, OperationRow } from "../operation.ts";
import { getOperation } from "./get-operation.ts";

/** How far an operation is, for somebody who watches it. */
export interface ProgressView {
  readonly status: BulkStatus;
  readonly items: number;
  readonly settled: number;
  readonly done: number;
  readonly left: BulkProgress["left"];
  readonly told: number;
  /** 100 when the operation has finished, and not before. */
  readonly percent: number;
  /** Items per second over the last ten seconds. */
  readonly rate: number;
  readonly remaining: number;
}

/** One event of the stream; `id` lets a stream that broke off go on after it. */
export interface ProgressEvent {
  readonly id: string;
  readonly name: "progress" | "end";
  readonly data: ProgressView;
}

/** The id of the event after which nothing comes any more. */
export const endId = "end";

const everyMs = 400;
/** A stream ends by itself; browsers come back with the id of the last event. */
const streamMsMax = 25_000;
const ended: readonly BulkStatus[] = ["expired", "finished", "aborted"];

/** What is known of the progress of an operation. */
export function progressView(operation: OperationRow, progress: BulkProgress): ProgressView {
  const { items, status } = operation;
  const { settled, told } = progress;
  const share = items === 0 ? 0 : (settled + told) / (2 * items);
  return {
    status,
    items,
    settled,
    done: progress.done,
    left: progress.left,
    told,
    percent: status === "finished" ? 100 : Math.min(99, Math.floor(share * 100)),
    rate: progress.recent / 10,
    remaining: items - settled,
  };
}

/**
 * Tells of an operation's progress as it changes, from after the event named on, until it ends; 100 % comes once, as the
 * last event. Reads the state every 0.4 s, for 25 s at most. Throws `not-found` before the first event.
 */
export async function followOperation(
  deps: Pick<Deps, "db">,
  context: Pick<RequestContext, "tenant">,
  wish: {
    readonly id: string;
    readonly lastEventId: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<AsyncGenerator<ProgressEvent, void, void>> {
  const { tenant } = context;
  const read = async (): Promise<ProgressView> => {
    const { operation, progress } = await getOperation(deps, { tenant }, wish.id);
    return progressView(operation, progress);
  };
  return eventsFrom(read, { ...wish, first: await read() });
}

async function* eventsFrom(
  read: () => Promise<ProgressView>,
  given: { first: ProgressView; lastEventId: string | undefined; signal: AbortSignal },
): AsyncGenerator<ProgressEvent, void, void> {
  let { first: view, lastEventId: lastId } = given;
  const until = performance.now() + streamMsMax;
  while (lastId !== endId) {
    const isEnd = ended.includes(view.status);
    const id = isEnd ? endId : idOf(view);
    if (id !== lastId) yield { id, name: isEnd ? "end" : "progress", data: view };
    lastId = id;
    if (isEnd || given.signal.aborted || performance.now() > until) return;
    await delay(everyMs);
    view = await read();
  }
}

function idOf({ status, settled, told }: ProgressView): string {
  return `${status}.${settled}.${told}`;
}
