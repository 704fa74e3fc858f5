import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext, Scope } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { recordEvents } from "../events/record-events.ts";
import { type ApiKeyKind, formatApiKey, hashSecret, newSecret } from "./api-key-token.ts";
import { type ApiKeyRow, insertApiKey } from "./queries.ts";

export interface CreateApiKey {
  readonly kind: ApiKeyKind;
  readonly name: string;
  /** What a secret key may do; a publishable one has none. */
  readonly scopes: readonly Scope[];
  /** When it stops working; never, unless said. */
  readonly expiresAt?: Date | undefined;
}

/** A key with its token, which is shown once: only its hash is stored. */
export interface CreatedApiKey {
  readonly key: ApiKeyRow;
  readonly token: string;
}

/** Makes a key. Sending it again makes another one: the first answer's token cannot be told twice. */
export async function createApiKey(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateApiKey,
): Promise<CreatedApiKey> {
  return deps.db.inTenant(context.tenant.id, (trx) => createApiKeyIn(trx, context, input), {
    signal: context.signal,
  });
}

/** The same in the caller's transaction. */
export async function createApiKeyIn(
  trx: Trx,
  context: Pick<RequestContext, "tenant" | "actor" | "requestId">,
  input: CreateApiKey,
): Promise<CreatedApiKey> {
  const id = uuidv7();
  const secret = newSecret();
  const key = await insertApiKey(trx, context.tenant.id, {
    id,
    kind: input.kind,
    name: input.name,
    scopes: [...input.scopes],
    expires_at: input.expiresAt ?? null,
    secret_hash: hashSecret(secret),
  });
  await recordEvents(trx, context, [
    {
      kind: "api_key.created",
      subjectKind: "api_key",
      subjectId: id,
      body: { key_kind: input.kind, scopes: input.scopes },
      isRelayed: false,
    },
  ]);
  return { key, token: formatApiKey({ kind: input.kind, id, secret }) };
}
