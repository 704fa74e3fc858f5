import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { findUrgentRow, readUrgentProgress } from "./queries.ts";
import type { UrgentProgress, UrgentRow } from "./urgent-closure.ts";

/** An urgent closure and how far those concerned are. */
export interface UrgentView {
  readonly closure: UrgentRow;
  readonly progress: UrgentProgress;
}

/** One urgent closure. Throws `not-found`. */
export async function getUrgentClosure(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  id: string,
): Promise<UrgentView> {
  return db.inTenant(tenant.id, (trx) => getUrgentIn(trx, tenant.id, id), {
    isReadOnly: true,
    signal,
  });
}

/** The same in the caller's transaction. */
export async function getUrgentIn(trx: Trx, tenantId: string, id: string): Promise<UrgentView> {
  const closure = await findUrgentRow(trx, tenantId, id);
  if (!closure) throw new DomainError(notFound, "There is no such urgent closure.");
  return { closure, progress: await readUrgentProgress(trx, tenantId, id) };
}
