import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { notRetryable } from "../errors.ts";
import { findMessageRow, type MessageRow, retryMessageRow } from "./queries.ts";

/**
 * Has a message that failed or got no answer sent once more, under the same Message-ID or reference; what is no longer
 * true is not sent all the same. Throws `not-found` and `not-retryable`.
 */
export async function retryMessage(
  { db }: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<MessageRow> {
  const { tenant, signal } = context;
  return db.inTenant(
    tenant.id,
    async (trx) => {
      const isPlanned = await retryMessageRow(trx, tenant.id, id);
      const message = await findMessageRow(trx, tenant.id, id);
      if (!message) throw new DomainError(notFound, "There is no such message.");
      if (!isPlanned) {
        throw new DomainError(notRetryable, "This message cannot be sent again.", {
          facts: { status: message.status },
        });
      }
      await recordEvents(trx, context, [
        { kind: "message.retried", subjectKind: "message", subjectId: id, isRelayed: false },
      ]);
      return message;
    },
    { signal },
  );
}
