import type { Deps, Tenant } from "../../context.ts";
import { dropLateTasks } from "./queries.ts";

const atOnceMax = 1_000;

/** Drops calls that are too late to be made, such as after the visit. Returns how many; may be repeated and run anywhere. */
export async function dropLatePhoneTasks(
  { db }: Pick<Deps, "db">,
  tenant: Tenant,
): Promise<number> {
  return db.inTenant(tenant.id, (trx) => dropLateTasks(trx, tenant.id, atOnceMax));
}
