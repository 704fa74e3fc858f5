import { refusal } from "../../catalog/errors.ts";
import type { Trx } from "../../db/database.ts";
import { checkDatedScope } from "../dated-scope.ts";
import type { ClosureFacts } from "./closure.ts";

/** Refuses a closure that ends before it starts. Throws `invalid-request`. */
export async function checkClosureIn(
  trx: Trx,
  tenantId: string,
  facts: ClosureFacts,
): Promise<void> {
  await checkDatedScope(trx, tenantId, facts);
  if (facts.starts_on === facts.ends_on && facts.end_time <= facts.start_time) {
    throw refusal([{ path: "end_time", message: "must be after start_time" }]);
  }
}
