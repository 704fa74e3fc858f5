import type { Database, Trx } from "../db/database.ts";
import { type AuditedEvent, genesisHash, hashEvent } from "./hash-event.ts";
import {
  findLastSeal,
  insertSeals,
  listUnsealed,
  type NewSeal,
  type SealHead,
  tryLockSealing,
} from "./audit-queries.ts";

/** Events one transaction seals at most. */
const BATCH_MAX = 2_000;

/** How far below the last sealed id the quick search looks for events that were committed late. */
const ID_WINDOW = 10_000;

export interface SealAudit {
  readonly tenantId: string;
  /** Looks through the whole history instead of the newest ids only. */
  readonly isSweep?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Batch size, 1 to 2,000. Default 2,000. */
  readonly batchMax?: number;
}

/**
 * Appends the audit events of a tenant to its hash chain; returns how many it sealed. 0 when another sealer is at work.
 *
 * Only events of transactions below `pg_snapshot_xmin` are sealed: all older transactions have ended, so none of
 * their events can still appear. Ids are handed out before the commit and so appear out of order; an event that
 * was committed late gets a later place in the chain, never none. The quick search covers the newest 10,000 ids;
 * a sweep covers all, for events that two overlapping long transactions left further behind and for histories that
 * were restored into another cluster, whose transaction numbers mean nothing there.
 */
export async function sealAudit(
  { db }: { readonly db: Database },
  { tenantId, isSweep = false, signal, batchMax = BATCH_MAX }: SealAudit,
): Promise<number> {
  const countMax = Math.min(batchMax, BATCH_MAX);
  let count = 0;
  for (;;) {
    const sealed = await db.inTenant(
      tenantId,
      (trx) => sealBatch(trx, tenantId, { isSweep, countMax }),
      { signal },
    );
    count += sealed;
    if (sealed < countMax) return count;
  }
}

async function sealBatch(
  trx: Trx,
  tenantId: string,
  { isSweep, countMax }: { isSweep: boolean; countMax: number },
): Promise<number> {
  // The lock must be there before the snapshot that the next statement takes.
  if (!(await tryLockSealing(trx, tenantId))) return 0;
  const last = await findLastSeal(trx, tenantId);
  const afterId = isSweep || last === undefined ? 0 : last.greatest_event_id - ID_WINDOW;
  const events = await listUnsealed(trx, tenantId, { afterId, countMax });
  if (events.length > 0) await insertSeals(trx, tenantId, chain(events, last));
  return events.length;
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
