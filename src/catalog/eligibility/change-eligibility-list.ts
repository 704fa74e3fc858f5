import { isDeepStrictEqual } from "node:util";
import type { Deps, LocalizedText, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { changeable } from "../changeable.ts";
import type { EligibilityList } from "./eligibility-list.ts";
import { lockListRow, updateList } from "./queries.ts";

export interface ChangeEligibilityList {
  readonly name: LocalizedText;
  readonly version?: number | undefined;
}

/** Renames a list. Throws `not-found` and `conflicting-change`. */
export async function changeEligibilityList(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeEligibilityList },
): Promise<EligibilityList> {
  return deps.db.inTenant(
    context.tenant.id,
    (trx) => changeEligibilityListIn(trx, context, input),
    { signal: context.signal },
  );
}

/** `changeEligibilityList` in the caller's transaction. */
export async function changeEligibilityListIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeEligibilityList },
): Promise<EligibilityList> {
  const row = await lockListRow(trx, context.tenant.id, id);
  const { is_retired: _isRetired, ...list } = changeable(
    row && { ...row, is_retired: false },
    change.version,
  );
  if (isDeepStrictEqual(list.name, change.name)) return list;
  await updateList(trx, context.tenant.id, { id, name: change.name });
  await recordEvents(trx, context, [
    {
      kind: "eligibility_list.changed",
      subjectKind: "eligibility_list",
      subjectId: id,
      subjectVersion: list.version + 1,
      isRelayed: false,
    },
  ]);
  return { ...list, name: change.name, version: list.version + 1 };
}
