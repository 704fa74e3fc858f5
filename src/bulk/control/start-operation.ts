import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../../http/idempotency.ts";
import { deletePastEarlyAccesses, insertEarlyAccess } from "../../slots/early/queries.ts";
import { cannotClose, notAsPreviewed, previewExpired, wrongOperationState } from "../errors.ts";
import { type FreedCapacity, isClosable, type OperationRow } from "../operation.ts";
import { lockOperation, updateStarted } from "../queries.ts";
import { stateClosuresIn } from "../run/close-slots.ts";
import { readRebookingNeeds } from "../run/queries.ts";
import { getOperation, type OperationView } from "../seen/get-operation.ts";

/** The second confirmation of an operation: what its preview showed, and what becomes of the freed places. */
export interface StartOperation {
  readonly id: string;
  readonly digest: string;
  /** How many appointments the preview showed, typed again. */
  readonly count: number;
  /** Of a cancellation; `close` unless said. */
  readonly freedCapacity: FreedCapacity | undefined;
  /** With `waitlist`: for so long the places are kept back. */
  readonly waitlistMinutes: number | undefined;
}

const waitlistMinutesDefault = 1_440;

/**
 * Starts a previewed operation; a worker runs it. Throws `not-found`, `preview-expired`, `not-as-previewed`,
 * `wrong-operation-state` and `cannot-close`. Idempotent by key; without one a second start is refused.
 */
export async function startOperation(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: StartOperation & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<OperationView> {
  await deps.db.inTenant(
    context.tenant.id,
    (trx) =>
      onceByKey(trx, { vault: deps.vault, context, idempotency: wish.idempotency }, async () => {
        await startIn(trx, context, wish);
        return { status: 200, body: { id: wish.id } };
      }),
    { signal: context.signal },
  );
  return getOperation(deps, context, wish.id);
}

async function startIn(trx: Trx, context: RequestContext, wish: StartOperation): Promise<void> {
  const tenantId = context.tenant.id;
  const operation = await lockOperation(trx, tenantId, wish.id);
  if (!operation) throw new DomainError(notFound, "There is no such operation.");
  checkStart(operation, wish);
  const freedCapacity = operation.kind === "cancel" ? (wish.freedCapacity ?? "close") : null;
  if (freedCapacity === "close" && operation.filter.support !== "conflict") {
    if (!isClosable(operation.filter))
      throw new DomainError(cannotClose, "This operation names people, not places to close.");
    await stateClosuresIn(trx, context, operation);
  }
  const { actor } = context;
  await updateStarted(trx, tenantId, {
    id: operation.id,
    startedBy: actor.kind === "staff" ? actor.keyId : null,
    freedCapacity,
    waitlistMinutes:
      freedCapacity === "waitlist" ? (wish.waitlistMinutes ?? waitlistMinutesDefault) : null,
  });
  await publishEarly(trx, tenantId, operation.id);
  await recordEvents(trx, context, [
    {
      kind: "bulk_operation.started",
      subjectKind: "bulk_operation",
      subjectId: operation.id,
      subjectVersion: operation.version + 1,
      body: { kind: operation.kind, items: operation.items, freed_capacity: freedCapacity },
      isRelayed: true,
    },
  ]);
}

/** From the commit of the start on the stated days are its people's, until their time is over. */
async function publishEarly(trx: Trx, tenantId: string, operationId: string): Promise<void> {
  const started = await lockOperation(trx, tenantId, operationId);
  const early = started?.rebooking?.early;
  if (!early || !started?.rebook_until) return;
  await deletePastEarlyAccesses(trx, tenantId);
  const needs = await readRebookingNeeds(trx, tenantId, operationId);
  await insertEarlyAccess(trx, tenantId, {
    ...early,
    ownerId: operationId,
    siteIds: needs.site_ids,
    serviceIds: needs.service_ids,
    publicAt: started.rebook_until,
  });
}

function checkStart(operation: OperationRow, wish: StartOperation): void {
  const { status } = operation;
  if (status === "expired" || (status === "previewed" && operation.is_expired))
    throw new DomainError(previewExpired, "The preview is too old; make a new one.");
  if (status !== "previewed") {
    throw new DomainError(wrongOperationState, "The operation was started before.", {
      facts: { status },
    });
  }
  if (wish.digest !== operation.digest || wish.count !== operation.items)
    throw new DomainError(notAsPreviewed, "Digest or number are not those of the preview.");
}
