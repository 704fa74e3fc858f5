/** A message that a sink received, whatever it answered. */
export interface Received {
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whether it was taken and we were told so. */
  readonly isAcknowledged: boolean;
}

/** What happened in a drill. */
export interface Course {
  /** Messages that had to go out. */
  readonly wanted: readonly string[];
  readonly received: readonly Received[];
  /** How often each message was on its way when its worker was killed. */
  readonly interrupted: ReadonlyMap<string, number>;
  /** When messages became untrue, epoch milliseconds. */
  readonly untrueSince: ReadonlyMap<string, number>;
}

export interface Verdict {
  /** Wanted, and never received. */
  readonly missing: readonly string[];
  /** Received more often than cuts, silences and killed workers explain. */
  readonly unexplained: readonly string[];
  /** Received more than five seconds after they had become untrue. */
  readonly untrue: readonly string[];
  /** Receipts beyond the first of each message. */
  readonly extras: number;
  /** What may explain extras: answers that never came, and messages under way at a kill. */
  readonly doubts: number;
}

const untrueMsMax = 5_000;

/** Judges a drill. A message may come once more for each time that nobody could know whether it had come. */
export function judgeSending(course: Course): Verdict {
  const { wanted, received, interrupted, untrueSince } = course;
  const byId = Map.groupBy(received, ({ messageId }) => messageId);
  const unexplained: string[] = [];
  let extras = 0;
  let doubts = 0;
  for (const [id, receipts] of byId) {
    const doubt =
      receipts.filter(({ isAcknowledged }) => !isAcknowledged).length + (interrupted.get(id) ?? 0);
    if (receipts.length - 1 > doubt) unexplained.push(id);
    extras += receipts.length - 1;
    doubts += doubt;
  }
  return {
    missing: wanted.filter((id) => !byId.has(id) && !untrueSince.has(id)),
    unexplained,
    untrue: received
      .filter(({ messageId, at }) => at > (untrueSince.get(messageId) ?? Infinity) + untrueMsMax)
      .map(({ messageId }) => messageId),
    extras,
    doubts,
  };
}
