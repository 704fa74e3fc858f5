import type { Database, Trx } from "../db/database.ts";
import { type AuditedEvent, genesisHash, hashEvent } from "./hash-event.ts";
import {
  findEventAfter,
  findLastSeal,
  insertSeals,
  listUnsealed,
  type NewSeal,
  type SealHead,
  tryLockSealing,
} from "./audit-queries.ts";

/** Events one transaction seals at most. */
const BATCH_MAX = 2_000;

/** Events one transaction looks at, at most. */
const LOOK_MAX = 20_000;

/**
 * How far back a run looks, in ids below the greatest sealed one: `newest` 1,000, `recent` 20,000, `all` the whole
 * history.
 */
export type SealReach = "newest" | "recent" | "all";
const idsBack: Readonly<Record<SealReach, number>> = {
  newest: 1_000,
  recent: 20_000,
  all: Infinity,
};

export interface SealAudit {
  readonly tenantId: string;
  /** Default `newest`. */
  readonly reach?: SealReach;
  readonly signal?: AbortSignal | undefined;
  /** Batch size, 1 to 2,000. Default 2,000. */
  readonly batchMax?: number;
}

/**
 * Appends the audit events of a tenant to its hash chain; returns how many it sealed. 0 when another sealer is at work.
 *
 * Only events of transactions below `pg_snapshot_xmin` are sealed: all older transactions have ended, so none of
 * their events can still appear. Ids are handed out before the commit and so appear out of order; an event that
 * was committed late gets a later place in the chain, never none. How late is bounded by how long transactions
 * overlap, so a frequent run looks at the newest ids only and rarer ones look further back. A history restored into
 * another cluster, whose transaction numbers mean nothing there, is sealed as well.
 */
export async function sealAudit(
  { db }: { readonly db: Database },
  { tenantId, reach = "newest", signal, batchMax = BATCH_MAX }: SealAudit,
): Promise<number> {
  const countMax = Math.min(batchMax, BATCH_MAX);
  let count = 0;
  let afterId: number | undefined;
  do {
    const batch = await db.inTenant(
      tenantId,
      (trx) => sealBatch(trx, tenantId, { afterId, idsBack: idsBack[reach], countMax }),
      { signal },
    );
    count += batch.sealed;
    afterId = batch.nextAfterId;
  } while (afterId !== undefined);
  return count;
}

interface SealBatch {
  /** Looks at events above this id; undefined begins as far back as `idsBack` says. */
  readonly afterId: number | undefined;
  readonly idsBack: number;
  readonly countMax: number;
}

async function sealBatch(
  trx: Trx,
  tenantId: string,
  { afterId: given, idsBack: back, countMax }: SealBatch,
): Promise<{ sealed: number; nextAfterId: number | undefined }> {
  // The lock must be there before the snapshot that the next statement takes.
  if (!(await tryLockSealing(trx, tenantId))) return { sealed: 0, nextAfterId: undefined };
  const last = await findLastSeal(trx, tenantId);
  const afterId = given ?? Math.max((last?.greatest_event_id ?? 0) - back, 0);
  const events = await listUnsealed(trx, tenantId, { afterId, lookMax: LOOK_MAX, countMax });
  if (events.length > 0) await insertSeals(trx, tenantId, chain(events, last));
  // A full batch may have left some of the events it looked at.
  if (events.length === countMax) return { sealed: events.length, nextAfterId: events.at(-1)?.id };
  const nextAfterId = await findEventAfter(trx, tenantId, { afterId, count: LOOK_MAX });
  return { sealed: events.length, nextAfterId };
}

function chain(events: readonly AuditedEvent[], last: SealHead | undefined): NewSeal[] {
  let seq = last?.seq ?? 0;
  let previousHash = last?.hash ?? genesisHash;
  return events.map((event) => {
    const hash = hashEvent(previousHash, event);
    const seal = { seq: (seq += 1), event_id: event.id, previous_hash: previousHash, hash };
    previousHash = hash;
    return seal;
  });
}
