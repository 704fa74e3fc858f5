import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { changeOpeningIn } from "./change-opening.ts";
import { type CreateOpening, createOpeningIn } from "./create-opening.ts";
import { findOpeningByCode } from "./queries.ts";

/** What putting something did. */
export type PutOutcome = "created" | "changed" | "unchanged";

/**
 * Makes the opening of this resource and code be as stated, in the caller's transaction: creates it or changes what
 * differs; the slots follow by the job. May be repeated. Throws what `createOpening` and `changeOpening` throw.
 */
export async function putOpeningIn(
  trx: Trx,
  context: RequestContext,
  input: CreateOpening,
): Promise<{ id: string; outcome: PutOutcome }> {
  const { resource_id: resourceId, code, kind: _kind, ...facts } = input;
  const known = await findOpeningByCode(trx, context.tenant.id, { resourceId, code });
  if (known === undefined) {
    const { id } = await createOpeningIn(trx, context, input);
    return { id, outcome: "created" };
  }
  const { version } = await changeOpeningIn(trx, context, { id: known.id, change: facts });
  return { id: known.id, outcome: version === known.version ? "unchanged" : "changed" };
}
