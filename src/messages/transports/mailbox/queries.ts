import { sql } from "kysely";
import type { Trx } from "../../../db/database.ts";

/** A kept message; its content still sealed. */
export interface MailboxRow {
  readonly id: string;
  readonly channel: "email" | "sms";
  readonly reference: string;
  readonly content_encrypted: Buffer;
  readonly kept_at: Date;
}

/** Keeps a message. */
export async function insertMailboxMessage(
  trx: Trx,
  tenantId: string,
  { id, channel, reference, content_encrypted }: Omit<MailboxRow, "kept_at">,
): Promise<void> {
  await sql`
    INSERT INTO mailbox_messages (tenant_id, id, channel, reference, content_encrypted)
    VALUES (${tenantId}, ${id}, ${channel}, ${reference}, ${content_encrypted})
  `.execute(trx);
}

/** Deletes all but the newest `countMax` messages. */
export async function trimMailbox(trx: Trx, tenantId: string, countMax: number): Promise<void> {
  await sql`
    DELETE FROM mailbox_messages
    WHERE tenant_id = ${tenantId} AND id <= (
      SELECT m.id FROM mailbox_messages m WHERE m.tenant_id = ${tenantId}
      ORDER BY m.id DESC
      OFFSET ${countMax}
      LIMIT 1)
  `.execute(trx);
}

/** The newest messages before `before`, or the newest of all; ids are in the order of keeping. */
export async function listMailboxRows(
  trx: Trx,
  tenantId: string,
  { before, countMax }: { readonly before: string | null; readonly countMax: number },
): Promise<MailboxRow[]> {
  const { rows } = await sql<MailboxRow>`
    SELECT m.id, m.channel, m.reference, m.content_encrypted, m.kept_at FROM mailbox_messages m
    WHERE m.tenant_id = ${tenantId} AND (${before}::uuid IS NULL OR m.id < ${before}::uuid)
    ORDER BY m.id DESC
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** One message by its id. */
export async function findMailboxRow(
  trx: Trx,
  tenantId: string,
  id: string,
): Promise<MailboxRow | undefined> {
  const { rows } = await sql<MailboxRow>`
    SELECT m.id, m.channel, m.reference, m.content_encrypted, m.kept_at FROM mailbox_messages m
    WHERE m.tenant_id = ${tenantId} AND m.id = ${id}
  `.execute(trx);
  return rows[0];
}
