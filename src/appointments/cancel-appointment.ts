import { freeInvitationUseIn } from "../catalog/invitations/use-invitation.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { StaleRead } from "../db/faults.ts";
import { recordEvents } from "../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../http/idempotency.ts";
import { readClock } from "../slots/claim/queries.ts";
import { releasePlaces } from "../slots/claim/release-places.ts";
import { listServiceRules } from "../slots/rules/queries.ts";
import type { Canceller, CancelReason } from "./appointment.ts";
import {
  appointmentView,
  type LoadedAppointment,
  loadAppointment,
  loadForChange,
  serviceIdsOf,
} from "./appointment-view.ts";
import { cancelParticipantsIn } from "./cancel-participants.ts";
import { checkBooked, checkInTime, checkVersion } from "./check-changeable.ts";
import { coolDownOf } from "./cool-down.ts";
import { checkMayTouch, isOffice } from "./may-touch.ts";
import { updateCancelled } from "./queries.ts";
import { lockQuota, writeQuota } from "./quota/change-quota.ts";
import { viewOfReply } from "./reply-view.ts";
import type { AppointmentView } from "./schema.ts";
import { cancelLimitMinutes } from "./terms/terms.ts";

export interface CancelAppointment {
  readonly id: string;
  readonly reason: CancelReason;
  /** Only these people do not come; everybody when undefined. */
  readonly participantIds?: readonly string[] | undefined;
  readonly version?: number | undefined;
}

/**
 * Cancels a visit, or some people of it, and frees places, limits and the invitation in the same transaction.
 * Throws `too-late-to-change` (citizens), `not-booked-any-more` and `conflicting-change`. Idempotent by key.
 */
export async function cancelAppointment(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: CancelAppointment & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<AppointmentView> {
  checkMayTouch(context, wish.id);
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const reply = await onceByKey(
        trx,
        { vault: deps.vault, context, idempotency: wish.idempotency },
        async () => {
          await cancelChecked(trx, deps, { context, wish });
          return {
            status: 200,
            body: appointmentView(await loadAppointment(trx, deps, { tenantId, id: wish.id })),
          };
        },
      );
      return viewOfReply(trx, deps, { tenantId, body: reply.body });
    },
    { signal: context.signal },
  );
}

async function cancelChecked(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, wish }: { context: RequestContext; wish: CancelAppointment },
): Promise<void> {
  const loaded = await loadForChange(trx, deps, { tenantId: context.tenant.id, id: wish.id });
  checkVersion(loaded.row, wish.version);
  checkBooked(loaded.row);
  if (!isOffice(context))
    checkInTime(loaded.row, cancelLimitMinutes(loaded.terms), await readClock(trx));
  const coming = loaded.row.participants.filter((one) => one.cancelled_at === null);
  const leaving = wish.participantIds ?? coming.map((one) => one.id);
  const isEverybody = coming.every((one) => leaving.includes(one.id));
  if (isEverybody)
    await cancelIn(trx, {
      context,
      loaded,
      by: isOffice(context) ? "staff" : "citizen",
      reason: wish.reason,
    });
  else await cancelParticipantsIn(trx, deps, { context, loaded, participantIds: leaving });
}

/** Cancels a loaded appointment in the caller's transaction; throws StaleRead when it changed since it was read. */
export async function cancelIn(
  trx: Trx,
  given: {
    context: RequestContext;
    loaded: LoadedAppointment;
    by: Canceller;
    reason: CancelReason;
  },
): Promise<void> {
  const { context, loaded, by, reason } = given;
  const { row } = loaded;
  const tenantId = context.tenant.id;
  if (row.invitation_id !== null) await freeInvitationUseIn(trx, tenantId, row.invitation_id);
  await lockQuota(trx, tenantId, { appointmentId: row.id, demands: [] });
  const services = await listServiceRules(trx, tenantId, serviceIdsOf(row));
  await releasePlaces(trx, tenantId, { ownerId: row.id, coolDown: coolDownOf(services) });
  if (!(await updateCancelled(trx, tenantId, { id: row.id, version: row.version, by, reason }))) {
    throw new StaleRead("The appointment changed before its slots were locked");
  }
  await writeQuota(trx, tenantId, { appointmentId: row.id, demands: [] });
  await recordEvents(trx, context, [
    {
      kind: "appointment.cancelled",
      subjectKind: "appointment",
      subjectId: row.id,
      subjectVersion: row.version + 1,
      isRelayed: true,
      body: { by, reason, site_id: row.site.id, service_ids: serviceIdsOf(row) },
    },
  ]);
}
