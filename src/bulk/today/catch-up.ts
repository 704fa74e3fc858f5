import { markInConflictIn } from "../../appointments/conflicts/mark-in-conflict.ts";
import type { Deps, RequestContext, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { catchUpIn } from "../../slots/suspensions/suspend-service.ts";
import { suspensionOf } from "./close-at-once.ts";
import { noticeTexts } from "./notice-texts.ts";
import { addOperation, insertVisits, listRunningSuspensions, lockUrgentRow } from "./queries.ts";
import { tellPeopleIn } from "./tell-people.ts";
import { planOf } from "./urgent-closure.ts";

/**
 * Finds who booked a suspended service by rules that were a second old, takes their places and tells them too. Every few
 * seconds; may be repeated and run anywhere.
 */
export async function catchUpSuspensions(
  { db }: Pick<Deps, "db">,
  tenant: Tenant,
  signal: AbortSignal,
): Promise<void> {
  const ids = await db.inTenant(tenant.id, (trx) => listRunningSuspensions(trx, tenant.id), {
    isReadOnly: true,
    signal,
  });
  const context: RequestContext = {
    tenant,
    actor: { kind: "system" },
    requestId: "catch-up-suspensions",
  };
  for (const id of ids) {
    await db.inTenant(tenant.id, (trx) => catchUpOne(trx, context, id), { signal });
  }
}

async function catchUpOne(trx: Trx, context: RequestContext, id: string): Promise<void> {
  const { tenant } = context;
  const row = await lockUrgentRow(trx, tenant.id, id);
  if (row?.status !== "active" || row.service_id === null) return;
  const plan = planOf(row);
  const found = await catchUpIn(trx, tenant.id, suspensionOf(plan, row.service_id));
  const appointmentIds = await markInConflictIn(trx, context, found.appointmentIds);
  await insertVisits(trx, tenant.id, { closureId: id, place: "lost", appointmentIds });
  const texts = noticeTexts(plan, "choose", tenant);
  const operationId = await tellPeopleIn(trx, context, { plan, appointmentIds, texts });
  if (operationId !== undefined) await addOperation(trx, tenant.id, { id, operationId });
}
