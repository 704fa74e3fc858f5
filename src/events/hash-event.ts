import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { ActorKind } from "./record-events.ts";

/** An audit event as it is hashed and shown; `occurred_at` has microseconds and is in UTC. */
export interface AuditedEvent {
  readonly tenant_id: string;
  readonly id: number;
  readonly kind: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly actor_kind: ActorKind;
  readonly actor_id: string | null;
  readonly reason: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly request_id: string | null;
  readonly occurred_at: string;
}

/** What the first seal of every tenant is chained to. */
export const genesisHash: Buffer = createHash("sha256").update("sportello audit chain 1").digest();

/**
 * The seal of an event: SHA-256 of the previous seal's 32 bytes followed by the event's canonical JSON in UTF-8.
 * The fields are named here one by one: a column that is added later must not change old seals.
 */
export function hashEvent(previousHash: Uint8Array, event: AuditedEvent): Buffer {
  const hashed: AuditedEvent = {
    tenant_id: event.tenant_id,
    id: event.id,
    kind: event.kind,
    subject_kind: event.subject_kind,
    subject_id: event.subject_id,
    actor_kind: event.actor_kind,
    actor_id: event.actor_id,
    reason: event.reason,
    body: event.body,
    request_id: event.request_id,
    occurred_at: event.occurred_at,
  };
  return createHash("sha256").update(previousHash).update(canonicalJson(hashed)).digest();
}
