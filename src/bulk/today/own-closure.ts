import type { Deps, RequestContext } from "../../context.ts";
import { serviceIdsOf } from "../../appointments/appointment-view.ts";
import { findAppointment } from "../../appointments/queries.ts";
import type { Trx } from "../../db/database.ts";
import type { NextStart } from "../../slots/availability/availability.ts";
import { findNextStarts } from "../../slots/availability/find-next-starts.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import { chooseKept } from "./choose-kept.ts";
import {
  findKeptVisit,
  findLostVisit,
  findUrgentRow,
  listOnTheWay,
  listRooms,
  listUnmovedVisits,
} from "./queries.ts";
import type { UrgentRow } from "./urgent-closure.ts";

/** What somebody who lost his place today can choose from, besides another day and cancelling. */
export interface OwnClosure {
  readonly closure: UrgentRow;
  /** Whether he can wait until it opens again. */
  readonly canWait: boolean;
  /** Free times on the same day at the same site, the earliest first. */
  readonly laterToday: readonly NextStart[];
}

const laterMax = 8;

/**
 * Finds what an appointment's people can choose because an urgent closure took their place; undefined when nothing has to
 * be chosen. Reads only; that there is room may have changed when they choose.
 */
export async function findOwnClosure(
  deps: Pick<Deps, "db">,
  context: Pick<RequestContext, "tenant" | "signal">,
  appointmentId: string,
): Promise<OwnClosure | undefined> {
  const { tenant, signal } = context;
  const found = await deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const lost = await findLostVisit(trx, tenant.id, appointmentId);
      if (!lost) return undefined;
      const closure = await findUrgentRow(trx, tenant.id, lost.closure_id);
      const appointment = await findAppointment(trx, tenant.id, appointmentId);
      if (!closure || !appointment) return undefined;
      const canWait = await findRoomToWait(trx, tenant.id, { closure, appointmentId });
      return { closure, appointment, canWait, now: await readClock(trx) };
    },
    { isReadOnly: true, signal },
  );
  if (!found) return undefined;
  const { closure, appointment, canWait, now } = found;
  const { starts } = await findNextStarts(deps, tenant, {
    serviceIds: serviceIdsOf(appointment),
    siteId: closure.site_id,
    partySize: appointment.party_size,
    channel: appointment.channel,
    isStaff: true,
    countMax: laterMax,
  });
  const today = localDateOf(now, closure.time_zone);
  return { closure, canWait, laterToday: starts.filter(({ date }) => date === today) };
}

/**
 * Finds the suspension that an appointment's people wait out: they keep their place, and come from its end on. Undefined
 * when there is none. Reads only.
 */
export async function findOwnWait(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  appointmentId: string,
): Promise<UrgentRow | undefined> {
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const kept = await findKeptVisit(trx, tenant.id, appointmentId);
      return kept && findUrgentRow(trx, tenant.id, kept.closure_id);
    },
    { isReadOnly: true, signal },
  );
}

/** Whether the first hour after it opens again has room for a visit beside those who wait already. */
export async function findRoomToWait(
  trx: Trx,
  tenantId: string,
  { closure, appointmentId }: { readonly closure: UrgentRow; readonly appointmentId: string },
): Promise<boolean> {
  if (!closure.is_suspension || closure.is_over || closure.status !== "active") return false;
  const waiting = await listUnmovedVisits(trx, tenantId, {
    closureId: closure.id,
    places: ["kept"],
  });
  const ids = waiting.map((visit) => visit.id);
  const kept = await listOnTheWay(trx, tenantId, { ids, minutes: null });
  const own = await listOnTheWay(trx, tenantId, { ids: [appointmentId], minutes: null });
  const resourceIds = [
    ...new Set(own.flatMap(({ needs }) => needs.map((need) => need.resourceId))),
  ];
  const from = closure.ends_at.getTime();
  const rooms = await listRooms(trx, tenantId, { resourceIds, from });
  for (const { resourceId, units } of kept.flatMap(({ needs }) => needs))
    rooms.set(resourceId, (rooms.get(resourceId) ?? 0) - units);
  return chooseKept(own, rooms).length > 0;
}
