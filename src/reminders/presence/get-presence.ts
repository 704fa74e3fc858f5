import { checkMayTouch } from "../../appointments/may-touch.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { findRequest } from "./queries.ts";

/** Whether a citizen is asked to say that he comes. Instants are epoch milliseconds. */
export interface Presence {
  readonly answerBy: number;
  /** Whether the place is given away without an answer. */
  readonly isReleased: boolean;
  readonly confirmedAt: number | null;
}

/** Reads what an appointment's citizen was asked; undefined when he was not. Throws `not-signed-in` and `not-found`. */
export async function getPresence(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<Presence | undefined> {
  checkMayTouch(context, id);
  const { tenant, signal } = context;
  const row = await db.inTenant(tenant.id, (trx) => findRequest(trx, tenant.id, id), {
    isReadOnly: true,
    signal,
  });
  if (!row) throw new DomainError(notFound, "There is no such appointment.");
  if (row.answer_by === null) return undefined;
  return {
    answerBy: row.answer_by.getTime(),
    isReleased: row.is_released ?? false,
    confirmedAt: row.confirmed_at?.getTime() ?? null,
  };
}
