import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { wrongOperationState } from "../errors.ts";
import type { BulkStatus } from "../operation.ts";
import { lockOperation, updateStatus } from "../queries.ts";
import { getOperation, getOperationIn, type OperationView } from "../seen/get-operation.ts";

/** What can be done with an operation that has started. */
export const controls = ["pause", "resume", "abort"] as const;
export type Control = (typeof controls)[number];

const changes: Readonly<
  Record<
    Control,
    { from: readonly BulkStatus[]; to: BulkStatus; event: `bulk_operation.${string}` }
  >
> = {
  pause: { from: ["running"], to: "paused", event: "bulk_operation.paused" },
  resume: { from: ["paused"], to: "running", event: "bulk_operation.resumed" },
  abort: { from: ["running", "paused"], to: "aborted", event: "bulk_operation.aborted" },
};

/**
 * Pauses, resumes or aborts an operation between two parts: when it answers, no part is under way. What is done stays
 * done. To ask for the state that it has changes nothing. Throws `not-found` and `wrong-operation-state`.
 */
export async function changeState(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { id, control }: { readonly id: string; readonly control: Control },
): Promise<OperationView> {
  const tenantId = context.tenant.id;
  const { from, to, event } = changes[control];
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      await lockOperation(trx, tenantId, id);
      const { status, version } = await getOperationIn(trx, tenantId, id);
      if (status === to) return;
      if (!(await updateStatus(trx, tenantId, { id, from, to }))) {
        throw new DomainError(wrongOperationState, "The operation is in another state.", {
          facts: { status },
        });
      }
      await recordEvents(trx, context, [
        {
          kind: event,
          subjectKind: "bulk_operation",
          subjectId: id,
          subjectVersion: version + 1,
          isRelayed: control === "resume",
        },
      ]);
    },
    { signal: context.signal },
  );
  return getOperation(deps, context, id);
}
