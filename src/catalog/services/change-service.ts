import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { changeable } from "../changeable.ts";
import { applyChange, type Change } from "../changes.ts";
import { refusal } from "../errors.ts";
import { checkServiceIn } from "./check-service.ts";
import { listLimitFieldsOfService, lockServiceRow, updateService } from "./queries.ts";
import { factsOfService, factsThatMoveSlots, type Service, type ServiceFacts } from "./service.ts";
import { isKeyField } from "./service-rules.ts";

export type ChangeService = Change<ServiceFacts>;

/**
 * Changes a service for bookings from now on; booked visits keep their times. A change that changes nothing writes
 * nothing. Throws `not-found`, `retired`, `conflicting-change`, and `invalid-request` when the result contradicts
 * itself or lacks a field that a limit counts by.
 */
export async function changeService(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeService },
): Promise<Service> {
  return deps.db.inTenant(context.tenant.id, (trx) => changeServiceIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `changeService` in the caller's transaction. */
export async function changeServiceIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeService },
): Promise<Service> {
  const tenantId = context.tenant.id;
  const service = changeable(await lockServiceRow(trx, tenantId, id), change.version);
  const { next, changedKeys } = applyChange(factsOfService(service), change);
  if (changedKeys.length === 0) return service;
  await checkServiceIn(trx, tenantId, next);
  if (changedKeys.includes("fields")) await checkLimitFieldsIn(trx, tenantId, { id, next });
  await updateService(trx, tenantId, { id, facts: next });
  await recordEvents(trx, context, [
    {
      kind: "service.changed",
      subjectKind: "service",
      subjectId: id,
      subjectVersion: service.version + 1,
      body: { changed: changedKeys },
      isRelayed: changedKeys.some((key) => factsThatMoveSlots.includes(key)),
    },
  ]);
  return { ...service, ...next, version: service.version + 1 };
}

async function checkLimitFieldsIn(
  trx: Trx,
  tenantId: string,
  { id, next }: { readonly id: string; readonly next: ServiceFacts },
): Promise<void> {
  const faults = (await listLimitFieldsOfService(trx, tenantId, id))
    .filter((code) => !next.fields.some((field) => field.code === code && isKeyField(field)))
    .map((code) => ({
      path: "fields",
      message: `A limit counts by the field ${code}; retire the limit first.`,
    }));
  if (faults.length > 0) throw refusal(faults);
}
