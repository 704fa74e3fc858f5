import type { Deps, Tenant } from "../../context.ts";
import { eraseRecipients } from "./queries.ts";

const keptDays = 30;
const lookedAtDays = 60;
const atOnceMax = 2_000;

/**
 * Forgets to whom messages went, thirty days after they were due; what was sent when and what came of it stays. Returns
 * how many. Hourly; may be repeated and run anywhere.
 */
export async function eraseOldRecipients(
  { db }: Pick<Deps, "db">,
  tenant: Tenant,
  signal: AbortSignal,
): Promise<number> {
  let erased = 0;
  let count: number;
  do {
    count = await db.inTenant(
      tenant.id,
      (trx) => eraseRecipients(trx, tenant.id, { keptDays, lookedAtDays, countMax: atOnceMax }),
      { signal },
    );
    erased += count;
  } while (count === atOnceMax);
  return erased;
}
