import { createHash } from "node:crypto";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import {
  type IdempotencyKey,
  type Reply,
  replySeal,
  stableJson,
  subjectOf,
} from "./idempotency.ts";
import { insertReplies, listStoredNames, type ReplyName, tryLockKeys } from "./queries.ts";

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

/**
 * Takes the keys of a batch for its transaction, without waiting for any, and tells which requests are new.
 * Two statements, so that the second one sees what the keys' last holders committed.
 */
export async function takeKeys(
  trx: Trx,
  tenantId: string,
  requests: readonly KeyedRequest[],
): Promise<KeyState[]> {
  const names = requests.map((request) => nameOf(tenantId, request));
  const distinct = new Map(names.flatMap((name) => (name ? [[textOf(name), name]] : [])));
  if (distinct.size === 0) return names.map(() => "free");
  const locked = await tryLockKeys(trx, [...distinct.values()]);
  const mine = [...distinct.keys()].filter((_, index) => locked[index]);
  const own = mine.flatMap((text) => distinct.get(text) ?? []);
  const stored = new Set((await listStoredNames(trx, tenantId, own)).map(textOf));
  const seen = new Set<string>();
  return names.map((name): KeyState => {
    if (!name) return "free";
    const text = textOf(name);
    if (seen.has(text)) return "twin";
    seen.add(text);
    if (!mine.includes(text)) return "locked";
    return stored.has(text) ? "stored" : "free";
  });
}

/** Stores the replies of a batch's new requests, sealed; those without a key have none to store. */
export async function storeReplies(
  trx: Trx,
  { vault, tenantId }: Pick<Deps, "vault"> & { readonly tenantId: string },
  replies: readonly (KeyedRequest & { readonly reply: Reply })[],
): Promise<void> {
  const rows = replies.flatMap(({ reply, ...request }) => {
    const name = nameOf(tenantId, request);
    if (!name) return [];
    const fingerprint = createHash("sha256")
      .update(stableJson(request.idempotency?.request))
      .digest();
    return [
      {
        ...name,
        fingerprint,
        sealed: vault.seal(tenantId, replySeal(name), JSON.stringify(reply)),
      },
    ];
  });
  if (rows.length > 0) await insertReplies(trx, tenantId, rows);
}

function nameOf(tenantId: string, { context, idempotency }: KeyedRequest): ReplyName | undefined {
  if (!idempotency) return undefined;
  const { route, key } = idempotency;
  return { tenantId, subject: subjectOf(context), route, key };
}

function textOf({ subject, route, key }: Omit<ReplyName, "tenantId">): string {
  return `${subject}\n${route}\n${key}`;
}
