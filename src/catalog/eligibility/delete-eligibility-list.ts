import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { stillInUse } from "../errors.ts";
import { deleteListRow, listServiceCodesOfList, lockListRow } from "./queries.ts";

/**
 * Deletes a list with its entries: hashes of people nobody asks for any more are not kept. May be repeated.
 * Throws `still-in-use` while a service asks for it.
 */
export async function deleteEligibilityList(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const list = await lockListRow(trx, tenantId, id);
      if (!list) return;
      const services = await listServiceCodesOfList(trx, tenantId, id);
      if (services.length > 0) {
        throw new DomainError(stillInUse, `The service ${services[0]} asks for this list.`, {
          facts: { used_by: services },
        });
      }
      await deleteListRow(trx, tenantId, id);
      await recordEvents(trx, context, [
        {
          kind: "eligibility_list.deleted",
          subjectKind: "eligibility_list",
          subjectId: id,
          isRelayed: false,
        },
      ]);
    },
    { signal: context.signal },
  );
}
