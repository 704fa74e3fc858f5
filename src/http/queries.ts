import { sql } from "kysely";
import type { Trx } from "../db/database.ts";

export interface ReplyName {
  readonly tenantId: string;
  readonly subject: string;
  readonly route: string;
  readonly key: string;
}

/** Takes the key for this transaction; false when another transaction has it, without waiting. */
export async function tryLockKey(trx: Trx, name: ReplyName): Promise<boolean> {
  const { rows } = await sql<{ is_locked: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(
      ${`${name.tenantId}\n${name.subject}\n${name.route}\n${name.key}`}, 0)) AS is_locked
  `.execute(trx);
  return rows[0]?.is_locked ?? false;
}

export async function findReply(
  trx: Trx,
  name: ReplyName,
): Promise<{ fingerprint: Buffer; reply_encrypted: Buffer } | undefined> {
  const { rows } = await sql<{ fingerprint: Buffer; reply_encrypted: Buffer }>`
    SELECT fingerprint, reply_encrypted
    FROM idempotency_replies
    WHERE tenant_id = ${name.tenantId} AND subject = ${name.subject}
      AND route = ${name.route} AND key = ${name.key}
  `.execute(trx);
  return rows[0];
}

export async function insertReply(
  trx: Trx,
  reply: ReplyName & { readonly fingerprint: Buffer; readonly sealed: Buffer },
): Promise<void> {
  await sql`
    INSERT INTO idempotency_replies (tenant_id, subject, route, key, fingerprint, reply_encrypted)
    VALUES (${reply.tenantId}, ${reply.subject}, ${reply.route}, ${reply.key}, ${reply.fingerprint}, ${reply.sealed})
  `.execute(trx);
}

/** Forgets replies older than 48 hours, at most `countMax` at a time; returns how many. */
export async function deleteOldReplies(
  trx: Trx,
  tenantId: string,
  countMax: number,
): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM idempotency_replies
    WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM idempotency_replies
      WHERE tenant_id = ${tenantId} AND created_at < clock_now() - interval '48 hours'
      LIMIT ${countMax}))
  `.execute(trx);
  return Number(numAffectedRows ?? 0n);
}

/** Answers when the database does. */
export async function ping(trx: Trx): Promise<void> {
  await sql`SELECT 1`.execute(trx);
}
