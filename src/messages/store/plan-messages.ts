import type { RawBuilder } from "kysely";
import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { priorityOf } from "../message-state.ts";
import type { PlannedMessage } from "./planned-message.ts";
import { insertMessages, messagesInsert, type NewMessageRow } from "./queries.ts";
import { domainHashOf, sealRecipient } from "./recipient.ts";

/**
 * Keeps messages until they are due, in the caller's transaction; returns the ids of those that were not kept already.
 * One message per subject, version, kind, offset, channel and endpoint: planning may be repeated.
 */
export async function planMessagesIn(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  {
    tenantId,
    messages,
  }: { readonly tenantId: string; readonly messages: readonly PlannedMessage[] },
): Promise<string[]> {
  if (messages.length === 0) return [];
  return insertMessages(trx, tenantId, rowsOf(vault, tenantId, messages));
}

/** Messages as a part of `writeTogether`. */
export function messageWrites(
  { vault }: Pick<Deps, "vault">,
  {
    tenantId,
    messages,
  }: { readonly tenantId: string; readonly messages: readonly PlannedMessage[] },
): RawBuilder<unknown>[] {
  if (messages.length === 0) return [];
  return [messagesInsert(tenantId, rowsOf(vault, tenantId, messages))];
}

function rowsOf(
  vault: Deps["vault"],
  tenantId: string,
  messages: readonly PlannedMessage[],
): NewMessageRow[] {
  return messages.map((message) => ({
    id: message.id,
    subject_kind: message.subject.kind,
    subject_id: message.subject.id,
    subject_version: message.subject.version,
    kind: message.kind,
    channel: message.channel,
    language: message.language,
    offset_minutes: message.offsetMinutes,
    endpoint_id: message.endpointId,
    recipient_hex: sealRecipient(vault, tenantId, message)?.toString("hex") ?? null,
    domain_hex: domainHashOf(vault, message)?.toString("hex") ?? null,
    facts: message.facts,
    priority: message.priority ?? priorityOf(message.kind),
    due_ms: message.dueAt,
    not_after_ms: message.notAfter,
    is_training: message.isTraining,
  }));
}
