import { cancelManyIn } from "../../appointments/many/cancel-many.ts";
import { noticeManyIn } from "../../appointments/many/notice-many.ts";
import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { EventContext } from "../../events/record-events.ts";
import type { OperationRow } from "../operation.ts";
import { claimPart, type Part, type SettledPart, settlePart, shareStatus } from "./queries.ts";

/** Which operation of which administration is run. */
export interface RunScope {
  readonly tenantId: string;
  readonly operation: OperationRow;
}

/** Who does what an operation does, as the audit says it. */
export function contextOf({ tenantId, operation }: RunScope): EventContext {
  return {
    tenant: { id: tenantId },
    actor: { kind: "bulk", operationId: operation.id },
    requestId: `bulk-${operation.id}`,
  };
}

/** What the events of an operation say of it. */
export function factsOf({
  id,
  is_urgent: isUrgent,
}: OperationRow): Record<string, string | boolean> {
  return { operation_id: id, is_urgent: isUrgent };
}

/**
 * Deals with the next part in one transaction; undefined when there is none that nobody else has, or the operation is not
 * running any more. May be repeated: a part is done once.
 */
export async function runPart(
  { db }: Pick<Deps, "db">,
  scope: RunScope,
  signal: AbortSignal,
): Promise<SettledPart | undefined> {
  const { tenantId, operation } = scope;
  return db.inTenant(
    tenantId,
    async (trx) => {
      if ((await shareStatus(trx, tenantId, operation.id)) !== "running") return undefined;
      const part = await claimPart(trx, tenantId, { operationId: operation.id });
      if (!part) return undefined;
      const { number } = part;
      const { outcomes, eventIds } = await dealWith(trx, scope, part);
      await settlePart(trx, tenantId, { operationId: operation.id, number, outcomes, eventIds });
      return { number, eventIds };
    },
    { signal },
  );
}

function dealWith(trx: Trx, scope: RunScope, { items }: Part) {
  const { operation } = scope;
  const facts = factsOf(operation);
  switch (operation.kind) {
    case "cancel":
      return cancelManyIn(trx, contextOf(scope), {
        items,
        facts,
        reason: operation.reason ?? "other",
        areClosed: operation.freed_capacity === "close",
        keptBackSeconds: (operation.waitlist_minutes ?? 0) * 60,
      });
    case "notify":
      return noticeManyIn(trx, contextOf(scope), { items, facts });
    case "move":
      throw new Error("Moves are not done in parts of many");
  }
}
