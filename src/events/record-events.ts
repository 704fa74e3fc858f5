import type { RawBuilder } from "kysely";
import type { RequestContext, Tenant } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { newId } from "../db/random.ts";
import { writeTogether } from "../db/together.ts";
import {
  type AuditRow,
  auditEventsInsert,
  insertManyEvents,
  outboxEventsInsert,
} from "./queries.ts";

/** One thing that happened. `kind` is `thing.verb_in_past`, such as `appointment.booked`. */
export interface DomainEvent {
  readonly kind: `${string}.${string}`;
  readonly subjectKind: string;
  readonly subjectId: string;
  /** Version of the subject after the event, so that late readers see whether it is still true. */
  readonly subjectVersion?: number;
  /** Ids, enumerated values and numbers only; never a name, contact, answer or token. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** The stated why, at most 500 characters, of staff; never a citizen's free text. */
  readonly reason?: string;
  /** Id of its outbox row, for who goes on working with it; made up unless given. */
  readonly id?: string;
  /** Whether it must cause work elsewhere (outbox) or is only to be remembered (audit). */
  readonly isRelayed: boolean;
}

/** Who did something, as the audit says it. */
export type ActorKind = "citizen" | "staff" | "system" | "import" | "bulk";

/** Who is written into the audit for a request's actor. */
function auditActor(context: Pick<RequestContext, "actor">): {
  kind: ActorKind;
  id: string | null;
} {
  const { actor } = context;
  switch (actor.kind) {
    case "anonymous":
      return { kind: "citizen", id: null };
    case "widget":
      return { kind: "citizen", id: actor.keyId };
    case "citizen":
    case "waiting":
      return { kind: "citizen", id: null };
    case "staff":
      return { kind: "staff", id: actor.keyId };
    case "bulk":
      return { kind: "bulk", id: actor.operationId };
    case "system":
      return { kind: "system", id: null };
  }
}

/** Whose event it is and who causes it; a job has nothing more. */
export type EventContext = Pick<RequestContext, "actor" | "requestId"> & {
  readonly tenant: Pick<Tenant, "id">;
};

/**
 * Writes events to the append-only audit and, where they cause work, to the outbox, in the caller's transaction:
 * they are there exactly when the change is. One statement for any number of events.
 */
export async function recordEvents(
  trx: Trx,
  context: EventContext,
  events: readonly DomainEvent[],
): Promise<void> {
  const happened = events.map((event) => ({ event, context }));
  await writeTogether(trx, eventWrites(context.tenant.id, happened));
}

/** What happened to one of many subjects. Subjects of which the same is to be said share the object that says it. */
export interface SubjectEvent {
  readonly subjectId: string;
  /** Version of the subject after the event. */
  readonly subjectVersion: number;
  /** Ids, enumerated values and numbers only. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * The same for one thing that happened to many subjects at once and causes work for each; returns the ids of the outbox
 * rows, in the order given.
 */
export async function recordManyEvents(
  trx: Trx,
  context: EventContext,
  event: Pick<DomainEvent, "kind" | "subjectKind"> & { readonly of: readonly SubjectEvent[] },
): Promise<string[]> {
  const places = new Map<SubjectEvent["body"], number>();
  for (const { body } of event.of) if (!places.has(body)) places.set(body, places.size + 1);
  const ids = event.of.map(() => newId());
  await insertManyEvents(trx, context.tenant.id, {
    kind: event.kind,
    subjectKind: event.subjectKind,
    ids,
    subjectIds: event.of.map(({ subjectId }) => subjectId),
    subjectVersions: event.of.map(({ subjectVersion }) => subjectVersion),
    bodies: [...places.keys()],
    places: event.of.map(({ body }) => places.get(body) ?? 0),
    actor: auditActor(context),
    requestId: context.requestId,
  });
  return ids;
}

/** The same as parts of `writeTogether`, for events of several requests of one tenant, such as those of a batch. */
export function eventWrites(
  tenantId: string,
  happened: readonly {
    readonly event: DomainEvent;
    readonly context: Omit<EventContext, "tenant">;
  }[],
): RawBuilder<unknown>[] {
  if (happened.length === 0) return [];
  const audit = auditEventsInsert(tenantId, happened.map(auditRow));
  const relayed = happened.filter(({ event }) => event.isRelayed);
  if (relayed.length === 0) return [audit];
  const outbox = relayed.map(({ event }) => ({
    id: event.id ?? newId(),
    kind: event.kind,
    subject_kind: event.subjectKind,
    subject_id: event.subjectId,
    subject_version: event.subjectVersion ?? 1,
    body: event.body ?? {},
  }));
  return [audit, outboxEventsInsert(tenantId, outbox)];
}

function auditRow({
  event,
  context,
}: {
  event: DomainEvent;
  context: Omit<EventContext, "tenant">;
}): AuditRow {
  const actor = auditActor(context);
  return {
    kind: event.kind,
    subject_kind: event.subjectKind,
    subject_id: event.subjectId,
    actor_kind: actor.kind,
    actor_id: actor.id,
    reason: event.reason ?? null,
    body: event.body ?? {},
    request_id: context.requestId,
  };
}
