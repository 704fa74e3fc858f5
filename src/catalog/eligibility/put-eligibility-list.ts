import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type Put, putOf } from "../put-outcome.ts";
import { changeEligibilityListIn } from "./change-eligibility-list.ts";
import { type CreateEligibilityList, createEligibilityListIn } from "./create-eligibility-list.ts";
import { findListRow } from "./queries.ts";

/** Makes the list of this code be there under this name, in the caller's transaction. May be repeated. */
export async function putEligibilityListIn(
  trx: Trx,
  context: RequestContext,
  input: CreateEligibilityList,
): Promise<Put> {
  const { code, name } = input;
  const known = await findListRow(trx, context.tenant.id, { id: null, code });
  if (!known) {
    return { id: (await createEligibilityListIn(trx, context, input)).id, outcome: "created" };
  }
  return putOf(
    known,
    await changeEligibilityListIn(trx, context, { id: known.id, change: { name } }),
  );
}
