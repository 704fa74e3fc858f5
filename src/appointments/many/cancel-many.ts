import {
  freeInvitationUsesIn,
  lockInvitationsIn,
} from "../../catalog/invitations/use-invitation.ts";
import type { Trx } from "../../db/database.ts";
import { type EventContext, recordManyEvents } from "../../events/record-events.ts";
import { type Leaving, lockPlacesOf, releaseManyPlaces } from "../../slots/claim/release-many.ts";
import type { ServiceRule } from "../../slots/rules/booking-rules.ts";
import { listServiceRules } from "../../slots/rules/queries.ts";
import type { CancelReason } from "../appointment.ts";
import { coolDownOf } from "../cool-down.ts";
import { deleteUsesOfMany, lockCountersOfMany } from "../quota/queries.ts";
import { type FrozenAppointment, judgeFrozen, type ManyOutcome } from "./frozen.ts";
import { subjectEvents } from "./subject-events.ts";
import { lockMany, type ManyRow, readBurdens, updateManyCancelled } from "./queries.ts";

/** Which appointments are cancelled and what becomes of their places. */
export interface CancelMany {
  readonly items: readonly FrozenAppointment[];
  readonly reason: CancelReason;
  /** Whether their places were closed before, so that having lost them is no change. */
  readonly areClosed: boolean;
  /**
   * For so long only staff and the waitlist may use the freed places, never past the notice limit; 0: they are free as
   * after any cancellation, where those of scarce services cool down.
   */
  readonly keptBackSeconds: number;
  /** Ids and enumerated values for the events, such as which operation it was. */
  readonly facts: Readonly<Record<string, string | boolean>>;
}

/** What came of each appointment, in the order given, and the outbox events of those that were cancelled. */
export interface ManyDone {
  readonly outcomes: readonly ManyOutcome[];
  readonly eventIds: readonly string[];
}

/**
 * Cancels appointments that are as they were when they were chosen, at most a thousand, in the caller's transaction,
 * and gives places, ceilings, limits and invitations back; all others are left alone. Locks as a single cancellation
 * does. Throws StaleRead when places moved meanwhile. May be repeated: what is cancelled is no longer booked.
 */
export async function cancelManyIn(
  trx: Trx,
  context: EventContext,
  wish: CancelMany,
): Promise<ManyDone> {
  const tenantId = context.tenant.id;
  const ids = wish.items.map((one) => one.id);
  const burdens = await readBurdens(trx, tenantId, ids);
  await lockInvitationsIn(trx, tenantId, burdens.invitation_ids);
  if (burdens.has_quota) await lockCountersOfMany(trx, tenantId, ids);
  const locked = await lockPlacesOf(trx, tenantId, ids);
  const rows = new Map((await lockMany(trx, tenantId, ids)).map((row) => [row.id, row]));
  const outcomes = wish.items.map((one) =>
    judgeFrozen(one, rows.get(one.id), { mayLoseSupport: wish.areClosed }),
  );
  const leaving = wish.items.flatMap(({ id }, index) => {
    const row = rows.get(id);
    return row && outcomes[index] === "done" ? [row] : [];
  });
  if (leaving.length === 0) return { outcomes, eventIds: [] };
  await giveBack(trx, tenantId, {
    locked,
    hasQuota: burdens.has_quota,
    leaving: await coolDowns(trx, tenantId, { leaving, keptBackSeconds: wish.keptBackSeconds }),
    invitationIds: leaving.flatMap((row) => row.invitation_id ?? []),
  });
  await cancelLocked(trx, tenantId, { ids: leaving.map(({ id }) => id), reason: wish.reason });
  return { outcomes, eventIds: await recordCancelled(trx, context, { leaving, wish }) };
}

async function giveBack(
  trx: Trx,
  tenantId: string,
  given: {
    readonly locked: Awaited<ReturnType<typeof lockPlacesOf>>;
    readonly hasQuota: boolean;
    readonly leaving: readonly Leaving[];
    readonly invitationIds: readonly string[];
  },
): Promise<void> {
  await freeInvitationUsesIn(trx, tenantId, given.invitationIds);
  const ids = given.leaving.flatMap(({ ownerIds }) => ownerIds);
  if (given.hasQuota) await deleteUsesOfMany(trx, tenantId, ids);
  await releaseManyPlaces(trx, tenantId, given);
}

async function cancelLocked(
  trx: Trx,
  tenantId: string,
  wish: { readonly ids: readonly string[]; readonly reason: CancelReason },
): Promise<void> {
  const count = await updateManyCancelled(trx, tenantId, wish);
  if (count !== wish.ids.length) throw new Error("Locked appointments were not all cancelled");
}

/** Groups appointments by how long their places stay back. */
async function coolDowns(
  trx: Trx,
  tenantId: string,
  wish: { readonly leaving: readonly ManyRow[]; readonly keptBackSeconds: number },
): Promise<Leaving[]> {
  const { leaving, keptBackSeconds } = wish;
  const serviceIds = [...new Set(leaving.flatMap((row) => row.service_ids))];
  const rules = await listServiceRules(trx, tenantId, serviceIds);
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const groups = Map.groupBy(leaving, (row) => row.service_ids.join());
  return [...groups.values()].map((group) => ({
    ownerIds: group.map(({ id }) => id),
    coolDown: keptBack(
      group[0]?.service_ids.flatMap((id) => byId.get(id) ?? []) ?? [],
      keptBackSeconds,
    ),
  }));
}

function keptBack(services: readonly ServiceRule[], seconds: number): Leaving["coolDown"] {
  const own = coolDownOf(services);
  if (seconds === 0) return own;
  return {
    coolDownSeconds: Math.max(seconds, own?.coolDownSeconds ?? 0),
    noticeMinutes: Math.max(0, ...services.map((service) => service.noticeMinutes)),
  };
}

async function recordCancelled(
  trx: Trx,
  context: EventContext,
  { leaving, wish }: { readonly leaving: readonly ManyRow[]; readonly wish: CancelMany },
): Promise<string[]> {
  return recordManyEvents(trx, context, {
    kind: "appointment.cancelled",
    subjectKind: "appointment",
    of: subjectEvents(leaving, { by: "bulk", reason: wish.reason, ...wish.facts }),
  });
}
