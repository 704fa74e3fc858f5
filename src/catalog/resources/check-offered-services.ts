import type { Trx } from "../../db/database.ts";
import { refusal } from "../errors.ts";
import { listMissingServices } from "./queries.ts";

/** Throws `invalid-request` when one of the ids is no service, or a retired one. */
export async function checkOfferedServicesIn(
  trx: Trx,
  tenantId: string,
  serviceIds: readonly string[],
): Promise<void> {
  const [missing] = await listMissingServices(trx, tenantId, serviceIds);
  if (missing === undefined) return;
  const index = serviceIds.indexOf(missing);
  throw refusal([{ path: `service_ids.${index}`, message: "There is no such service." }]);
}
