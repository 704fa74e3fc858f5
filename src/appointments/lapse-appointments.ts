import type { Deps, RequestContext, Tenant } from "../context.ts";
import { isRetryable, isUnavailability } from "../db/faults.ts";
import { loadForChange } from "./appointment-view.ts";
import { cancelIn } from "./cancel-appointment.ts";
import { readClock } from "../slots/claim/queries.ts";
import { type AppointmentRow, listLapsed } from "./queries.ts";

const appointmentsMax = 500;
/** Faulty appointments that a report names. */
const namedMax = 5;

/**
 * Cancels bookings that were not used by their `valid_until` (by the database's clock), so that their places can go
 * to people who wait. Returns how many; call again while it returns as many as it may take at once. One that changes
 * meanwhile is left for the next run, so it may be repeated and run anywhere. One that fails by itself, such as one
 * whose seal cannot be opened, does not hold up the others: an AggregateError at the end names it and says why.
 */
export async function lapseAppointments(
  deps: Pick<Deps, "db" | "vault">,
  tenant: Tenant,
): Promise<number> {
  const context: RequestContext = {
    tenant,
    actor: { kind: "system" },
    requestId: "lapse-appointments",
  };
  const ids = await deps.db.inTenant(
    tenant.id,
    (trx) => listLapsed(trx, tenant.id, appointmentsMax),
    {
      isReadOnly: true,
    },
  );
  let count = 0;
  const faults = new Map<string, unknown>();
  for (const id of ids) {
    try {
      if (await lapse(deps, context, id)) count += 1;
    } catch (error) {
      // Without the database the others cannot lapse either.
      if (isUnavailability(error)) throw error;
      faults.set(id, error);
    }
  }
  if (faults.size === 0) return count;
  throw new AggregateError(
    faults.values(),
    `${faults.size} of ${ids.length} appointments cannot lapse: ${[...faults.keys()].slice(0, namedMax).join(", ")}`,
  );
}

/** Judged again with the appointment locked: it may have been moved, used or cancelled since it was listed. */
function hasLapsed({ status, valid_until, participants }: AppointmentRow, now: number): boolean {
  const isUnused = participants.every((one) => one.attendance === null);
  return status === "booked" && isUnused && valid_until !== null && valid_until.getTime() <= now;
}

async function lapse(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<boolean> {
  const tenantId = context.tenant.id;
  try {
    return await deps.db.inTenant(tenantId, async (trx) => {
      const loaded = await loadForChange(trx, deps, { tenantId, id });
      if (!hasLapsed(loaded.row, await readClock(trx))) return false;
      await cancelIn(trx, { context, loaded, by: "system", reason: "lapsed" });
      return true;
    });
  } catch (error) {
    if (isRetryable(error)) return false;
    throw error;
  }
}
