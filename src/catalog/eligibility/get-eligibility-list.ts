import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { idOrCode } from "../id-or-code.ts";
import type { EligibilityList } from "./eligibility-list.ts";
import { findListRow } from "./queries.ts";

/** One list by id or code, with the number of its entries. Throws `not-found`. */
export async function getEligibilityList(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  name: string,
): Promise<EligibilityList> {
  const tenantId = context.tenant.id;
  const list = await deps.db.inTenant(
    tenantId,
    (trx) => findListRow(trx, tenantId, idOrCode(name)),
    { isReadOnly: true, signal: context.signal },
  );
  if (!list) throw new DomainError(notFound, "There is no such list.");
  return list;
}
