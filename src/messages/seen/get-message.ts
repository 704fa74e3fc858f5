import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import {
  type AttemptRow,
  findMessageRow,
  listAttemptRows,
  listReceiptRows,
  type MessageRow,
  type ReceiptRow,
} from "./queries.ts";

/** A message with everything that happened to it. */
export interface MessageHistory {
  readonly message: MessageRow;
  readonly attempts: readonly AttemptRow[];
  readonly receipts: readonly ReceiptRow[];
}

/** Reads a message, its attempts and receipts. Throws `not-found`. */
export async function getMessage(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  id: string,
): Promise<MessageHistory> {
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const message = await findMessageRow(trx, tenant.id, id);
      if (!message) throw new DomainError(notFound, "There is no such message.");
      return {
        message,
        attempts: await listAttemptRows(trx, tenant.id, id),
        receipts: await listReceiptRows(trx, tenant.id, id),
      };
    },
    { isReadOnly: true, signal },
  );
}
