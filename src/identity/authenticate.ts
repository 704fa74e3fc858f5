import { createHash } from "node:crypto";
import type { Actor, Deps, Tenant } from "../context.ts";
import { DomainError, notSignedIn } from "../errors.ts";
import { type ApiKeyToken, isSecret, parseApiKey } from "./api-key-token.ts";
import { createBriefCache } from "./brief-cache.ts";
import { isManageToken, type ManageTokenParts, parseManageToken } from "./manage-token.ts";
import type { TokenParts } from "./derived-token.ts";
import { findLiveKey, findTokenSource, findWaitlistTokenSource, noteKeyUse } from "./queries.ts";
import { isWaitlistToken, parseWaitlistToken } from "./waitlist-token.ts";

export interface AuthenticatorDeps extends Deps {
  /** Called when remembering that a key was used failed; the request is not affected. */
  readonly onFault: (error: unknown) => void;
}

const ttlMs = 1_000;
const entriesMax = 10_000;
const bearerShape = /^Bearer +([\w-]{1,200})$/i;

/**
 * Tells who an `Authorization` header stands for at a tenant: nobody (no header), a key, or the holder of an
 * appointment's manage token or of a wish's on the waitlist. Throws `not-signed-in` for all others, whether malformed, unknown, revoked, expired or
 * another tenant's. What is known of a key may be one second old.
 */
export function createAuthenticator(
  deps: AuthenticatorDeps,
): (tenant: Tenant, authorization: string | undefined) => Promise<Actor> {
  const findKeyActor = createKeyFinder(deps);
  return async (tenant, authorization) => {
    if (authorization === undefined) return { kind: "anonymous" };
    const token = bearerShape.exec(authorization)?.[1] ?? "";
    const key = parseApiKey(token);
    const parts = key ? undefined : parseManageToken(token);
    const wish = key ? undefined : parseWaitlistToken(token);
    const actor = key
      ? await findKeyActor(tenant, key)
      : ((parts && (await findCitizen(deps, tenant, parts))) ??
        (wish && (await findWaiting(deps, tenant, wish))));
    if (!actor) throw new DomainError(notSignedIn, "This key or token is not valid here.");
    return actor;
  };
}

type FindKeyActor = (tenant: Tenant, token: ApiKeyToken) => Promise<Actor | undefined>;

function createKeyFinder(deps: AuthenticatorDeps): FindKeyActor {
  const known = createBriefCache<Actor | undefined>({ ttlMs, entriesMax });
  const load: FindKeyActor = async (tenant, token) => {
    const find = { isReadOnly: true };
    const key = await deps.db.inTenant(
      tenant.id,
      (trx) => findLiveKey(trx, tenant.id, token),
      find,
    );
    if (!isSecret(token.secret, key?.secret_hash) || !key) return undefined;
    // Off the request's path; the caller does not wait for it and does not see it fail.
    if (!key.is_used_today) {
      deps.db
        .inTenant(tenant.id, (trx) => noteKeyUse(trx, tenant.id, token.id))
        .catch(deps.onFault);
    }
    return token.kind === "publishable"
      ? { kind: "widget", keyId: token.id }
      : { kind: "staff", keyId: token.id, scopes: key.scopes };
  };
  return async (tenant, token) => {
    // A digest names the entry, so that no secret lies about in memory for longer than its request.
    const digest = createHash("sha256").update(token.secret).digest("base64");
    return known.get(`${tenant.id}/${token.kind}/${token.id}/${digest}`, () => load(tenant, token));
  };
}

async function findCitizen(
  { db, vault }: Deps,
  tenant: Tenant,
  { appointmentId, mac }: ManageTokenParts,
): Promise<Actor | undefined> {
  const find = { isReadOnly: true };
  const row = await db.inTenant(
    tenant.id,
    (trx) => findTokenSource(trx, tenant.id, appointmentId),
    find,
  );
  const source = {
    tenantId: tenant.id,
    appointmentId,
    kid: row?.token_kid ?? vault.currentKid,
    version: row?.token_version ?? 1,
  };
  // The MAC is computed for a missing appointment too, so that the answer takes as long.
  const isGood = isManageToken(vault, source, mac);
  return isGood && row ? { kind: "citizen", appointmentId } : undefined;
}

async function findWaiting(
  { db, vault }: Deps,
  tenant: Tenant,
  { id, mac }: TokenParts,
): Promise<Actor | undefined> {
  const find = { isReadOnly: true };
  const row = await db.inTenant(
    tenant.id,
    (trx) => findWaitlistTokenSource(trx, tenant.id, id),
    find,
  );
  const source = {
    tenantId: tenant.id,
    id,
    kid: row?.token_kid ?? vault.currentKid,
    version: row?.token_version ?? 1,
  };
  const isGood = isWaitlistToken(vault, source, mac);
  return isGood && row ? { kind: "waiting", entryId: id } : undefined;
}
