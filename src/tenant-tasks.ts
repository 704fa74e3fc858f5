import type { Tenant } from "./context.ts";
import type { AppDeps } from "./deps.ts";
import { listTenants } from "./identity/list-tenants.ts";
import type { PeriodicTask } from "./jobs/ticker.ts";

const timeLimitMs = 300_000;

/** Work that is done again and again for each administration. */
export interface TenantTask {
  readonly name: string;
  readonly everyMs: number;
  /** May be repeated and run anywhere. */
  readonly work: (tenant: Tenant, signal: AbortSignal) => Promise<unknown>;
  /** Ids of those where there may be something to do; all when undefined. */
  readonly tenantIds?: (signal: AbortSignal) => Promise<readonly string[]>;
}

/** A task for one tenant after the other; a fault at one is logged and does not keep the others waiting. */
export function forEachTenant(
  deps: Pick<AppDeps, "db" | "log">,
  { name, everyMs, work, tenantIds }: TenantTask,
): PeriodicTask {
  const run = async (signal: AbortSignal): Promise<void> => {
    let failed = 0;
    const wanted = tenantIds && new Set(await tenantIds(signal));
    if (wanted?.size === 0) return;
    for (const tenant of await listTenants(deps, signal)) {
      if (wanted && !wanted.has(tenant.id)) continue;
      signal.throwIfAborted();
      try {
        await work(tenant, signal);
      } catch (err) {
        if (signal.aborted) throw err;
        failed += 1;
        deps.log.error(
          { task: name, tenant_id: tenant.id, err },
          "a periodic task failed for a tenant",
        );
      }
    }
    if (failed > 0) throw new Error(`The task failed for ${failed} tenants`);
  };
  return { name, everyMs, timeLimitMs, run };
}
