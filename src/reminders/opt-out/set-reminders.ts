import { loadAppointment } from "../../appointments/appointment-view.ts";
import { checkMayTouch } from "../../appointments/may-touch.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { reachOf } from "../planning/reach.ts";
import { addressHashes } from "./address-hashes.ts";
import { deleteOptOuts, insertOptOuts, listOptOuts } from "./queries.ts";

/**
 * Switches reminders off, or on again, for the addresses of an appointment and all other appointments of theirs. Notices
 * that must reach the citizen go on. Throws `not-signed-in` and `not-found`. May be repeated.
 */
export async function setReminders(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { id, isWanted }: { readonly id: string; readonly isWanted: boolean },
): Promise<void> {
  checkMayTouch(context, id);
  const { tenant, signal } = context;
  await deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const hashes = await hashesOf(trx, deps, { context, id });
      if (isWanted) await deleteOptOuts(trx, tenant.id, hashes);
      else await insertOptOuts(trx, tenant.id, hashes);
      await recordEvents(trx, context, [
        {
          kind: isWanted ? "appointment.reminders_wanted" : "appointment.reminders_refused",
          subjectKind: "appointment",
          subjectId: id,
          isRelayed: false,
        },
      ]);
    },
    { signal },
  );
}

/** Whether an appointment's citizen is reminded, as far as he wants to be. Throws `not-signed-in` and `not-found`. */
export async function areRemindersWanted(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<boolean> {
  checkMayTouch(context, id);
  const { tenant, signal } = context;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const hashes = await hashesOf(trx, deps, { context, id });
      return (await listOptOuts(trx, tenant.id, hashes)).size === 0;
    },
    { isReadOnly: true, signal },
  );
}

async function hashesOf(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, id }: { readonly context: RequestContext; readonly id: string },
): Promise<Buffer[]> {
  const { tenant } = context;
  const { people } = await loadAppointment(trx, deps, { tenantId: tenant.id, id });
  if (!people) return [];
  return addressHashes(deps.vault, tenant.id, reachOf(people.booker, tenant.holidayCountry));
}
