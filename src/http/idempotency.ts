import { createHash } from "node:crypto";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { DomainError, type ProblemType } from "../errors.ts";
import { readTogether } from "../db/together.ts";
import { findReply, keysTaken, repliesInsert, type ReplyName } from "./queries.ts";

/** How an unsafe request names itself, so that sending it twice does it once. */
export interface IdempotencyKey {
  /** The client's `Idempotency-Key`, 8 to 255 characters. */
  readonly key: string;
  /** Route template, such as `POST /v1/{tenant}/appointments`. */
  readonly route: string;
  /** The validated request; another body under the same key is refused. */
  readonly request: unknown;
}

export interface Reply {
  readonly status: 200 | 201;
  /** Stored sealed, without tokens; they are derived again for every answer. */
  readonly body: unknown;
}

export const idempotencyKeyReused: ProblemType = {
  slug: "idempotency-key-reused",
  status: 422,
  title: "This Idempotency-Key was used for another request",
  advice:
    "Use a new random key for a new request, and the same key only to repeat the very same request.",
};

export const requestInProgress: ProblemType = {
  slug: "request-in-progress",
  status: 409,
  title: "The same request is still being worked on",
  advice: "Wait a second and send it again with the same Idempotency-Key to get its answer.",
};

export const idempotencyProblems: readonly ProblemType[] = [
  idempotencyKeyReused,
  requestInProgress,
];

/**
 * Runs `work` once per key, in the caller's transaction: its reply is stored with its effects or not at all.
 * A repetition answers the stored reply. Refusals throw, roll back and store nothing, so the key stays free.
 * Kept 48 hours (at least 24). Throws `request-in-progress` and `idempotency-key-reused`.
 */
export async function onceByKey(
  trx: Trx,
  {
    vault,
    context,
    idempotency,
  }: Pick<Deps, "vault"> & {
    context: RequestContext;
    idempotency: IdempotencyKey | undefined;
  },
  work: () => Promise<Reply>,
): Promise<Reply & { isReplay: boolean }> {
  if (!idempotency) return { ...(await work()), isReplay: false };
  const tenantId = context.tenant.id;
  const name = {
    tenantId,
    subject: subjectOf(context),
    route: idempotency.route,
    key: idempotency.key,
  };
  const fingerprint = createHash("sha256").update(stableJson(idempotency.request)).digest();
  const seal = replySeal(name);
  // Two statements: the second one's snapshot is taken after the lock, so it sees what the key's last holder committed.
  const { taken } = await readTogether(trx, { taken: keysTaken([name]) });
  if (taken.length > 0) {
    throw new DomainError(requestInProgress, "The same request is still being worked on.");
  }
  const stored = await findReply(trx, name);
  if (stored) {
    if (!stored.fingerprint.equals(fingerprint)) {
      throw new DomainError(
        idempotencyKeyReused,
        "This Idempotency-Key was used for another request.",
      );
    }
    return { ...readReply(vault.open(tenantId, seal, stored.reply_encrypted)), isReplay: true };
  }
  const reply = await work();
  const sealed = vault.seal(tenantId, seal, JSON.stringify(reply));
  await repliesInsert(tenantId, [{ ...name, fingerprint, sealed }]).execute(trx);
  return { ...reply, isReplay: false };
}

/** What a stored reply is sealed to. */
export function replySeal({ subject, route, key }: Omit<ReplyName, "tenantId">): string {
  return `idempotency_replies/${subject}/${route}/${key}`;
}

/** Whose keys these are: callers never replay each other's answers. */
export function subjectOf({ actor }: RequestContext): string {
  switch (actor.kind) {
    case "anonymous":
    case "system":
      return actor.kind;
    case "widget":
    case "staff":
      return `key:${actor.keyId}`;
    case "bulk":
      return `operation:${actor.operationId}`;
    case "citizen":
      return `appointment:${actor.appointmentId}`;
    case "waiting":
      return `waitlist-entry:${actor.entryId}`;
  }
}

/** JSON with sorted keys, so that the order of fields does not make another request. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isPlainObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What was sealed is what `onceByKey` serialised; the vault authenticates it. */
function readReply(json: string): Reply {
  const value: unknown = JSON.parse(json);
  if (!isPlainObject(value) || (value["status"] !== 200 && value["status"] !== 201)) {
    throw new Error("A stored reply is damaged");
  }
  return { status: value["status"], body: value["body"] };
}

/** Names a request by its header; undefined when the client sent none. */
export function idempotencyOf(
  key: string | undefined,
  route: string,
  request: unknown,
): IdempotencyKey | undefined {
  return key === undefined ? undefined : { key, route, request };
}
