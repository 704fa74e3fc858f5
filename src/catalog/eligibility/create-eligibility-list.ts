import { v7 as uuidv7 } from "uuid";
import type { Deps, LocalizedText, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { codeTaken } from "../errors.ts";
import type { EligibilityList } from "./eligibility-list.ts";
import { insertList } from "./queries.ts";

export interface CreateEligibilityList {
  readonly code: string;
  readonly name: LocalizedText;
}

/** Makes an empty list. Throws `code-taken`. */
export async function createEligibilityList(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: CreateEligibilityList,
): Promise<EligibilityList> {
  return deps.db.inTenant(
    context.tenant.id,
    (trx) => createEligibilityListIn(trx, context, input),
    { signal: context.signal },
  );
}

/** `createEligibilityList` in the caller's transaction. */
export async function createEligibilityListIn(
  trx: Trx,
  context: RequestContext,
  input: CreateEligibilityList,
): Promise<EligibilityList> {
  const id = uuidv7();
  if (!(await insertList(trx, context.tenant.id, { ...input, id }))) {
    throw new DomainError(codeTaken, `There is already a list with the code ${input.code}.`);
  }
  await recordEvents(trx, context, [
    {
      kind: "eligibility_list.created",
      subjectKind: "eligibility_list",
      subjectId: id,
      isRelayed: false,
    },
  ]);
  return { ...input, id, entry_count: 0, version: 1 };
}
