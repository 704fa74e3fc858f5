import type { Deps } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { findTenantById } from "../../identity/queries.ts";
import { tenantOf } from "../../identity/tenant.ts";
import { type PlanDeps, planOperationEventsIn } from "../../reminders/planning/plan-events.ts";
import { findOperation, lockOperation, updateStatus } from "../queries.ts";
import { closeSlots } from "./close-slots.ts";
import { moveNext } from "./move-next.ts";
import { reservePlaces } from "./reserve-places.ts";
import { hasMoreToDo, listSettled, type SettledPart, takeSettled } from "./queries.ts";
import { contextOf, runPart, type RunScope } from "./run-part.ts";

/** What running operations needs. */
export interface RunDeps extends Deps {
  readonly planning: PlanDeps;
}

/** Parts whose messages are planned together: for moves, each of which is a part. */
const toldAtOnceMax = 100;

/**
 * Runs an operation until nothing of it is left to do, it is paused or aborted, or the signal aborts. While the messages
 * of one part are planned, the next part is dealt with. May be interrupted at any point, repeated, and run twice at once:
 * each part is done once, and told once.
 */
export async function runOperation(
  deps: RunDeps,
  { tenantId, operationId }: { readonly tenantId: string; readonly operationId: string },
  signal: AbortSignal,
): Promise<void> {
  const found = await deps.db.inTenant(
    tenantId,
    async (trx) => ({
      operation: await findOperation(trx, tenantId, operationId),
      tenant: await findTenantById(trx, tenantId),
    }),
    { isReadOnly: true, signal },
  );
  if (!found.operation || !found.tenant) return;
  const scope = { tenantId, operation: found.operation, tenant: tenantOf(found.tenant) };
  await tellSettled(deps, scope, signal);
  if (found.operation.status !== "running") return;
  await closeSlots(deps, scope, signal);
  await reservePlaces(deps, scope, signal);
  const next = (): Promise<SettledPart | undefined> =>
    scope.operation.kind === "move" ? moveNext(deps, scope, signal) : runPart(deps, scope, signal);
  await runParts(next, (parts) => tell(deps, scope, { parts, signal }));
  await finish(deps, scope, signal);
}

/** Deals with one part after the other; telling of what is settled runs beside, one at a time. */
async function runParts(
  next: () => Promise<SettledPart | undefined>,
  tellOf: (parts: readonly SettledPart[]) => Promise<void>,
): Promise<void> {
  let telling: Promise<void> = Promise.resolve();
  let isTelling = false;
  let waiting: SettledPart[] = [];
  const startTelling = (): void => {
    const parts = waiting;
    waiting = [];
    isTelling = true;
    telling = tellOf(parts).finally(() => {
      isTelling = false;
    });
    // It is awaited below; until then its failure is no unhandled one.
    telling.catch(() => undefined);
  };
  try {
    for (let part = await next(); part; part = await next()) {
      waiting.push(part);
      if (isTelling && eventsOf(waiting) < eventsWaitingMax) continue;
      await telling;
      startTelling();
    }
  } finally {
    await telling;
  }
  if (waiting.length > 0) await tellOf(waiting);
}

/** More events than these are not kept waiting: dealing with the next part waits instead. */
const eventsWaitingMax = 1_000;

function eventsOf(parts: readonly SettledPart[]): number {
  return parts.reduce((sum, part) => sum + part.eventIds.length, 0);
}

/** Plans the messages of settled parts and notes it, in one transaction, so that each part is told once. */
async function tell(
  deps: RunDeps,
  { tenantId, operation }: RunScope,
  { parts, signal }: { readonly parts: readonly SettledPart[]; readonly signal: AbortSignal },
): Promise<void> {
  const numbers = parts.map((part) => part.number);
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const eventIds = await takeSettled(trx, tenantId, { operationId: operation.id, numbers });
      await planOperationEventsIn(trx, deps.planning, { tenantId, eventIds });
    },
    { signal },
  );
}

/** Tells of what a run that was interrupted had settled. */
async function tellSettled(deps: RunDeps, scope: RunScope, signal: AbortSignal): Promise<void> {
  for (;;) {
    const parts = await deps.db.inTenant(
      scope.tenantId,
      (trx) =>
        listSettled(trx, scope.tenantId, {
          operationId: scope.operation.id,
          countMax: scope.operation.kind === "move" ? toldAtOnceMax : 1,
        }),
      { isReadOnly: true, signal },
    );
    if (parts.length === 0) return;
    await tell(deps, scope, { parts, signal });
  }
}

/** Ends an operation of which nothing is left to do. */
async function finish({ db }: RunDeps, scope: RunScope, signal: AbortSignal): Promise<void> {
  const { tenantId, operation } = scope;
  await db.inTenant(
    tenantId,
    async (trx) => {
      await lockOperation(trx, tenantId, operation.id);
      if (await hasMoreToDo(trx, tenantId, operation.id)) return;
      const change = { id: operation.id, from: ["running"], to: "finished" } as const;
      if (!(await updateStatus(trx, tenantId, change))) return;
      await recordEvents(trx, contextOf(scope), [
        {
          kind: "bulk_operation.finished",
          subjectKind: "bulk_operation",
          subjectId: operation.id,
          isRelayed: false,
        },
      ]);
    },
    { signal },
  );
}
