import { loadAppointment } from "../../appointments/appointment-view.ts";
import { checkMayTouch } from "../../appointments/may-touch.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { notVisited } from "../errors.ts";
import { findAnswer, upsertAnswer } from "./queries.ts";

/**
 * Keeps how a citizen rates his visit, from 1 to 5; another answer replaces the first. Throws `not-signed-in`,
 * `not-found`, and `not-visited` where there was no visit.
 */
export async function rateVisit(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { id, rating }: { readonly id: string; readonly rating: number },
): Promise<void> {
  checkMayTouch(context, id);
  const { tenant, signal } = context;
  await deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const { row } = await loadAppointment(trx, deps, { tenantId: tenant.id, id });
      const isAttended = row.participants.some((one) => one.attendance === "attended");
      if (row.status !== "closed" || !isAttended)
        throw new DomainError(notVisited, "There was no visit to be rated.");
      await upsertAnswer(trx, tenant.id, { appointmentId: id, rating });
    },
    { signal },
  );
}

/** How the visit was rated, if it was. Throws `not-signed-in` and `not-found`. */
export async function getRating(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<number | undefined> {
  checkMayTouch(context, id);
  const { tenant, signal } = context;
  return db.inTenant(tenant.id, (trx) => findAnswer(trx, tenant.id, id), {
    isReadOnly: true,
    signal,
  });
}
