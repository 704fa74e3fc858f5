import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { conflictingChange, DomainError, invalidRequest, notFound } from "../errors.ts";
import { recordEvents } from "../events/record-events.ts";
import { lockTenant, type TenantRow, updateTenant } from "./queries.ts";
import type { ChangeTenant } from "./schema.ts";

/**
 * Changes what is known of the tenant, is_training included. Other processes notice within a second.
 * Throws `conflicting-change` for an old version and `invalid-request` when the default language is not offered.
 */
export async function changeTenant(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  change: ChangeTenant,
): Promise<TenantRow> {
  return deps.db.inTenant(context.tenant.id, (trx) => changeTenantIn(trx, context, change), {
    signal: context.signal,
  });
}

/** `changeTenant` in the caller's transaction. */
export async function changeTenantIn(
  trx: Trx,
  context: RequestContext,
  { version, ...change }: ChangeTenant,
): Promise<TenantRow> {
  const { id } = context.tenant;
  const current = await lockTenant(trx, id);
  if (!current) throw new DomainError(notFound, "There is nothing at this address.");
  if (current.version !== version) {
    throw new DomainError(conflictingChange, "The administration was changed meanwhile.", {
      facts: { version: current.version },
    });
  }
  const next = Object.assign({ ...current }, stated(change), { version: version + 1 });
  refuseForeignDefault(next);
  await updateTenant(trx, next);
  await recordEvents(trx, context, [
    {
      kind: "tenant.changed",
      subjectKind: "tenant",
      subjectId: id,
      subjectVersion: next.version,
      body: { fields: Object.keys(stated(change)) },
      isRelayed: Object.keys(stated(change)).some((key) => factsThatMoveSlots.includes(key)),
    },
  ]);
  return next;
}

/** Other holidays open and close other days. */
const factsThatMoveSlots: readonly string[] = ["holiday_country", "holiday_region"];

function stated(change: object): object {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function refuseForeignDefault({ languages, default_language }: TenantRow): void {
  if (languages.includes(default_language)) return;
  const fault = { in: "body", path: "default_language", message: "must be one of languages" };
  throw new DomainError(invalidRequest, "The default language must be one that is offered.", {
    facts: { errors: [fault] },
  });
}
