import type { Trx } from "../../db/database.ts";
import { refusal } from "../errors.ts";
import { hasEligibilityList } from "./queries.ts";
import type { ServiceFacts } from "./service.ts";
import { faultsOfService } from "./service-rules.ts";

/** Throws `invalid-request` when a service contradicts itself or names an eligibility list that is not there. */
export async function checkServiceIn(
  trx: Trx,
  tenantId: string,
  service: ServiceFacts,
): Promise<void> {
  const faults = faultsOfService(service);
  const listId = service.eligibility_list_id;
  if (listId !== null && !(await hasEligibilityList(trx, tenantId, listId))) {
    faults.push({ path: "eligibility_list_id", message: "There is no such eligibility list." });
  }
  if (faults.length > 0) throw refusal(faults);
}
