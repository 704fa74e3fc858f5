import { createHash } from "node:crypto";
import type { RawBuilder } from "kysely";
import type { Deps, RequestContext } from "../context.ts";
import { type IdempotencyKey, replySeal, stableJson, subjectOf } from "./idempotency.ts";
import { keysTaken, repliesInsert, type ReplyName, storedNames } from "./queries.ts";

/** One request of a batch, by its key when it has one. */
export interface KeyedRequest {
  readonly context: RequestContext;
  readonly idempotency: IdempotencyKey | undefined;
}

/**
 * What a batch may do with a request: `free` to do it, `stored` when it has its reply already, `locked` while another
 * transaction works on it, `twin` when an earlier request of the same batch has the same key.
 */
export type KeyState = "free" | "stored" | "locked" | "twin";

type StoredName = Omit<ReplyName, "tenantId">;

/** The keys of a batch, and how to take them. */
export interface KeyRing {
  /** Takes them for the transaction without waiting for any. A part of `readTogether`. */
  readonly take: RawBuilder<{ place: number }>;
  /** Finds stored replies. For a later statement, which sees what the keys' last holders committed. */
  readonly find: RawBuilder<StoredName>;
  /** What `take` and `find` answered, as a state per request. */
  readonly statesOf: (
    taken: readonly { place: number }[],
    stored: readonly StoredName[],
  ) => KeyState[];
}

/** Prepares taking the keys of a batch of one tenant. */
export function keyRingOf(tenantId: string, requests: readonly KeyedRequest[]): KeyRing {
  const names = requests.map((request) => nameOf(tenantId, request));
  const distinct = new Map(names.flatMap((name) => (name ? [[textOf(name), name]] : [])));
  const all = [...distinct.values()];
  const texts = [...distinct.keys()];
  return {
    take: keysTaken(all),
    find: storedNames(tenantId, all),
    statesOf: (taken, stored) => {
      const locked = new Set(taken.map(({ place }) => texts[place - 1]));
      const answered = new Set(stored.map(textOf));
      const seen = new Set<string>();
      return names.map((name): KeyState => {
        if (!name) return "free";
        const text = textOf(name);
        if (seen.has(text)) return "twin";
        seen.add(text);
        if (locked.has(text)) return "locked";
        return answered.has(text) ? "stored" : "free";
      });
    },
  };
}

/** A reply to be stored under its request's key; those without a key have none to store. */
export interface KeyedReply extends KeyedRequest {
  /** The reply as JSON, whose text a repetition gets again: `{"status":201,"body":…}`. */
  readonly json: string;
}

/** Stores the replies of a batch's new requests, sealed. Parts of `writeTogether`. */
export function replyWrites(
  { vault, tenantId }: Pick<Deps, "vault"> & { readonly tenantId: string },
  replies: readonly KeyedReply[],
): RawBuilder<unknown>[] {
  const rows = replies.flatMap(({ json, ...request }) => {
    const name = nameOf(tenantId, request);
    if (!name) return [];
    const fingerprint = createHash("sha256")
      .update(stableJson(request.idempotency?.request))
      .digest();
    return [{ ...name, fingerprint, sealed: vault.seal(tenantId, replySeal(name), json) }];
  });
  return rows.length > 0 ? [repliesInsert(tenantId, rows)] : [];
}

function nameOf(tenantId: string, { context, idempotency }: KeyedRequest): ReplyName | undefined {
  if (!idempotency) return undefined;
  const { route, key } = idempotency;
  return { tenantId, subject: subjectOf(context), route, key };
}

function textOf({ subject, route, key }: StoredName): string {
  return `${subject}\n${route}\n${key}`;
}
