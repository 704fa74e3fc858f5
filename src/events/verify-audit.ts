import type { Trx } from "../db/database.ts";
import { genesisHash, hashEvent } from "./hash-event.ts";
import {
  findLastSeal,
  findSealHash,
  listSealed,
  type SealedEvent,
  stateTail,
} from "./audit-queries.ts";

/** Why a chain is broken at a seal. */
export type AuditFault =
  /** The seal before it is gone. */
  | "seal-missing"
  /** It is not chained to the seal before it. */
  | "chain-broken"
  /** Its event is gone. */
  | "event-missing"
  /** Its event is not the one that was sealed. */
  | "event-changed";

/** What looking at a part of the chain showed. */
export interface AuditVerification {
  readonly status: "ok" | "broken";
  /** Seals found in order, from this one on. */
  readonly from_seq: number;
  /** How many were. */
  readonly verified: number;
  readonly first_broken: { readonly seq: number; readonly fault: AuditFault } | null;
  /** Where to go on; null when all was looked at or the chain is broken. */
  readonly next_from_seq: number | null;
  /** The newest seal: note it elsewhere, to see later that the end of the chain was not cut off. */
  readonly head: { readonly seq: number; readonly hash: string } | null;
  /** Events that no seal protects yet, normally of the last second or two. */
  readonly unsealed: { readonly count: number; readonly oldest_age_seconds: number | null };
}

export interface VerifyAudit {
  /** Seal to begin with; the one before it is taken as good. Default 1. */
  readonly fromSeq?: number | undefined;
  /** Seals looked at, at most. Default 100,000. */
  readonly countMax?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const COUNT_MAX = 100_000;
const BATCH_MAX = 2_000;

/**
 * Recomputes a tenant's chain from its events and says where it first differs from what was sealed. What was cut off
 * at its end shows only by comparing `head` with one noted before.
 */
export async function verifyAudit(
  trx: Trx,
  tenantId: string,
  { fromSeq = 1, countMax = COUNT_MAX, signal }: VerifyAudit = {},
): Promise<AuditVerification> {
  const head = await findLastSeal(trx, tenantId);
  const endSeq = Math.min(head?.seq ?? 0, fromSeq + countMax - 1);
  let walk = await beginBefore(trx, tenantId, fromSeq);
  while (walk.fault === undefined && walk.seq <= endSeq) {
    signal?.throwIfAborted();
    const range = { fromSeq: walk.seq, toSeq: Math.min(endSeq, walk.seq + BATCH_MAX - 1) };
    walk = walkChain(await listSealed(trx, tenantId, range), range, walk.previousHash);
  }
  const { seq, fault } = walk;
  return {
    status: fault === undefined ? "ok" : "broken",
    from_seq: fromSeq,
    verified: Math.max(seq - fromSeq, 0),
    first_broken: fault === undefined ? null : { seq, fault },
    next_from_seq: fault === undefined && seq <= (head?.seq ?? 0) ? seq : null,
    head: head === undefined ? null : { seq: head.seq, hash: head.hash.toString("hex") },
    unsealed: await stateTail(trx, tenantId),
  };
}

/** Stands before the first seal to be looked at. */
async function beginBefore(trx: Trx, tenantId: string, seq: number): Promise<Walk> {
  const hash = seq === 1 ? genesisHash : await findSealHash(trx, tenantId, seq - 1);
  if (hash !== undefined) return { seq, previousHash: hash, fault: undefined };
  return { seq: seq - 1, previousHash: genesisHash, fault: "seal-missing" };
}

interface Walk {
  /** The seal that follows the good ones. */
  readonly seq: number;
  readonly previousHash: Buffer;
  readonly fault: AuditFault | undefined;
}

/** Follows the seals of a range as long as they are good. */
function walkChain(
  seals: readonly SealedEvent[],
  { fromSeq, toSeq }: { fromSeq: number; toSeq: number },
  startHash: Buffer,
): Walk {
  const bySeq = new Map(seals.map((seal) => [seal.seq, seal]));
  let previousHash = startHash;
  for (let seq = fromSeq; seq <= toSeq; seq += 1) {
    const seal = bySeq.get(seq);
    const fault = seal === undefined ? "seal-missing" : faultOf(seal, previousHash);
    if (seal === undefined || fault !== undefined) return { seq, previousHash, fault };
    previousHash = seal.hash;
  }
  return { seq: toSeq + 1, previousHash, fault: undefined };
}

function faultOf(seal: SealedEvent, previousHash: Buffer): AuditFault | undefined {
  if (!seal.previous_hash.equals(previousHash)) return "chain-broken";
  if (seal.event === null) return "event-missing";
  return hashEvent(previousHash, seal.event).equals(seal.hash) ? undefined : "event-changed";
}
