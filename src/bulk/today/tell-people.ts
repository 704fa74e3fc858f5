import { v7 as uuidv7 } from "uuid";
import type { RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { localDateOf, localTimeOf } from "../../time/wall-clock.ts";
import { type BulkFilter, itemsMax, partSizeOf } from "../operation.ts";
import { freeze, insertTexts } from "../preview/queries.ts";
import { updateStarted } from "../queries.ts";
import type { NoticeTexts, UrgentPlan } from "./urgent-closure.ts";

/**
 * Starts an urgent notice to the people of given appointments, in the caller's transaction: the appointments are frozen as
 * this transaction leaves them, and a worker plans the messages and calls from its commit on. Returns the operation's id;
 * undefined when there is nobody to tell.
 */
export async function tellPeopleIn(
  trx: Trx,
  context: RequestContext,
  wish: {
    readonly plan: UrgentPlan;
    readonly appointmentIds: readonly string[];
    readonly texts: NoticeTexts;
  },
): Promise<string | undefined> {
  if (wish.appointmentIds.length === 0) return undefined;
  const tenantId = context.tenant.id;
  const id = uuidv7();
  const { actor } = context;
  const startedBy = actor.kind === "staff" ? actor.keyId : null;
  const items = await freeze(trx, tenantId, {
    id,
    kind: "notify",
    filter: filterOf(wish.plan),
    reason: null,
    isUrgent: true,
    moveRule: null,
    rebooking: null,
    createdBy: startedBy,
    expiresInSeconds: 3_600,
    partSize: partSizeOf("notify"),
    itemsMax,
    appointmentIds: wish.appointmentIds,
  });
  await insertTexts(trx, tenantId, { operationId: id, texts: wish.texts });
  await updateStarted(trx, tenantId, { id, startedBy, freedCapacity: null, waitlistMinutes: null });
  await recordEvents(trx, context, [
    {
      kind: "bulk_operation.started",
      subjectKind: "bulk_operation",
      subjectId: id,
      body: { kind: "notify", items, urgent_closure_id: wish.plan.id },
      isRelayed: true,
    },
  ]);
  return id;
}

/** The time and place of a closure, as operations state whom they mean. */
function filterOf({ startsAt, endsAt, timeZone, siteId }: UrgentPlan): BulkFilter {
  const date = localDateOf(startsAt, timeZone);
  const isWholeDay = localDateOf(endsAt, timeZone) !== date;
  return {
    from: date,
    to: date,
    from_time: localTimeOf(startsAt, timeZone),
    to_time: isWholeDay ? "24:00" : localTimeOf(endsAt, timeZone),
    site_ids: [siteId],
    // The appointments are named one by one.
    resource_ids: null,
    service_ids: null,
    support: null,
    statuses: null,
    channels: null,
    languages: null,
  };
}
