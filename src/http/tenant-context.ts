import { createMiddleware } from "hono/factory";
import type { Actor, Tenant } from "../context.ts";
import { DomainError, notFound } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";

export interface WhoIsAsking {
  /** The tenant of an address, undefined when there is none. */
  readonly findTenant: (slug: string) => Promise<Tenant | undefined>;
  /** Who the `Authorization` header stands for. Throws `not-signed-in` for one that is not good at this tenant. */
  readonly authenticate: (tenant: Tenant, authorization: string | undefined) => Promise<Actor>;
}

/** Resolves `/v1/{tenant}/…` and the caller before any handler. An unknown tenant looks like any missing thing. */
export function tenantContext({ findTenant, authenticate }: WhoIsAsking) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const tenant = await findTenant(c.req.param("tenant") ?? "");
    if (!tenant) throw new DomainError(notFound, "There is nothing at this address.");
    const actor = await authenticate(tenant, c.req.header("authorization"));
    c.set("context", { tenant, actor, requestId: c.get("requestId"), signal: c.get("signal") });
    await next();
  });
}
