import { v7 as uuidv7 } from "uuid";
import type { Deps } from "../../context.ts";
import { requiredKinds } from "../message-state.ts";
import { insertTasksForUnsent } from "../phone-tasks/queries.ts";
import { idOfMessageId } from "../sending/outgoing.ts";
import type { Receipt } from "../transports/transport.ts";
import {
  applyVerdicts,
  findNamedMessages,
  insertReceipts,
  type NamedMessage,
  type NewReceipt,
} from "./queries.ts";

const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Keeps what providers report of messages, of all administrations, and has those called whom a required message did
 * not reach. Receipts of messages that are not ours are left out. Returns how many were new; may be repeated.
 */
export async function recordReceipts(
  { db }: Pick<Deps, "db">,
  receipts: readonly Receipt[],
): Promise<number> {
  const named = receipts.map((receipt) => ({ receipt, name: nameOf(receipt) }));
  if (named.length === 0) return 0;
  const messages = await db.inSystem(
    (trx) =>
      findNamedMessages(
        trx,
        named.map(({ name }) => name),
      ),
    { isReadOnly: true },
  );
  const found = named.flatMap(({ receipt, name }) => {
    const message = messages.find((one) => isNamed(one, name));
    return message ? [{ tenantId: message.tenant_id, receipt: receiptOf(message, receipt) }] : [];
  });
  let count = 0;
  for (const [tenantId, ofTenant] of Map.groupBy(found, (one) => one.tenantId))
    count += await recordOf(
      db,
      tenantId,
      ofTenant.map((one) => one.receipt),
    );
  return count;
}

type Name = { readonly messageId: string | null; readonly providerReference: string | null };

function nameOf({ reference, providerReference, channel }: Receipt): Name {
  const own = reference?.toLowerCase();
  const messageId = own === undefined ? undefined : uuidShape.test(own) ? own : idOfMessageId(own);
  return {
    messageId: messageId ?? null,
    providerReference: channel === "sms" ? (providerReference ?? null) : null,
  };
}

function isNamed(message: NamedMessage, { messageId, providerReference }: Name): boolean {
  if (messageId !== null) return message.id === messageId;
  return providerReference !== null && message.provider_reference === providerReference;
}

const codeCharsMax = 40;

function receiptOf({ id }: NamedMessage, { state, code, at }: Receipt): NewReceipt {
  return { messageId: id, state, code: code?.slice(0, codeCharsMax) ?? null, at };
}

async function recordOf(
  db: Deps["db"],
  tenantId: string,
  receipts: readonly NewReceipt[],
): Promise<number> {
  return db.inTenant(tenantId, async (trx) => {
    const fresh = await insertReceipts(trx, tenantId, receipts);
    if (fresh.length === 0) return 0;
    const verdicts = [...Map.groupBy(fresh, (one) => one.messageId).values()].flatMap(decisive);
    await applyVerdicts(trx, tenantId, verdicts);
    const unsent = verdicts
      .filter(({ state }) => state === "failed" || state === "expired")
      .map(({ messageId }) => ({ messageId, taskId: uuidv7(), cause: "bounced" as const }));
    await insertTasksForUnsent(trx, tenantId, { unsent, kinds: requiredKinds });
    return fresh.length;
  });
}

/** Of several receipts of one message: that it arrived, else that it did not, else that it takes longer. */
function decisive(receipts: readonly NewReceipt[]): NewReceipt[] {
  const order = ["delivered", "failed", "expired", "delayed"] as const;
  const state = order.find((one) => receipts.some((receipt) => receipt.state === one));
  return receipts.filter((receipt) => receipt.state === state).slice(0, 1);
}
