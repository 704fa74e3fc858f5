import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { refusal } from "../errors.ts";
import { isKeyField } from "../services/service-rules.ts";
import { insertLimit, lockFieldsOfService } from "./queries.ts";
import { fieldOfKeySource, type ServiceLimit, type ServiceLimitFacts } from "./service-limit.ts";

/**
 * Limits a service for bookings from now on. Throws `invalid-request` for an unknown service, a field that is not a
 * required unconditional text or number of the booking, and days with another period than `rolling`.
 */
export async function createServiceLimit(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: ServiceLimitFacts,
): Promise<ServiceLimit> {
  return deps.db.inTenant(context.tenant.id, (trx) => createServiceLimitIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `createServiceLimit` in the caller's transaction. */
export async function createServiceLimitIn(
  trx: Trx,
  context: RequestContext,
  input: ServiceLimitFacts,
): Promise<ServiceLimit> {
  await checkLimitIn(trx, context.tenant.id, input);
  const limit = { ...input, id: uuidv7() };
  await insertLimit(trx, context.tenant.id, limit);
  await recordEvents(trx, context, [
    {
      kind: "service_limit.created",
      subjectKind: "service_limit",
      subjectId: limit.id,
      body: { service_id: input.service_id },
      isRelayed: false,
    },
  ]);
  return { ...limit, version: 1, is_retired: false };
}

async function checkLimitIn(trx: Trx, tenantId: string, input: ServiceLimitFacts): Promise<void> {
  const fields = await lockFieldsOfService(trx, tenantId, input.service_id);
  if (!fields) throw refusal([{ path: "service_id", message: "There is no such service." }]);
  const code = fieldOfKeySource(input.key_source);
  if (code !== undefined && !fields.some((field) => field.code === code && isKeyField(field))) {
    const message = "It must name a required, unconditional text or number of the booking.";
    throw refusal([{ path: "key_source", message }]);
  }
  if ((input.period === "rolling") !== (input.rolling_days !== null)) {
    throw refusal([
      { path: "rolling_days", message: "A rolling period has days, and no other has." },
    ]);
  }
}
