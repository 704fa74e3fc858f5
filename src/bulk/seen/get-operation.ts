import type { Deps, Language, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { BulkProgress, OperationRow } from "../operation.ts";
import { findOperation, listTexts } from "../queries.ts";
import { readProgress } from "./queries.ts";

/** One operation in the caller's transaction. Throws `not-found`. */
export async function getOperationIn(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<OperationRow> {
  const found = await findOperation(trx, tenantId, id);
  if (!found) throw new DomainError(notFound, "There is no such operation.");
  return found;
}

/** An operation with its texts and how far it is. */
export interface OperationView {
  readonly operation: OperationRow;
  readonly progress: BulkProgress;
  readonly texts: Readonly<Partial<Record<Language, string>>>;
}

/** An operation and how far it is. Throws `not-found`. */
export async function getOperation(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: Pick<RequestContext, "tenant" | "signal">,
  id: string,
): Promise<OperationView> {
  return db.inTenant(
    tenant.id,
    async (trx) => ({
      // Progress first: an operation that is then read as finished has all of it.
      progress: await readProgress(trx, tenant.id, id),
      operation: await getOperationIn(trx, tenant.id, id),
      texts: await listTexts(trx, tenant.id, id),
    }),
    { isReadOnly: true, signal },
  );
}
