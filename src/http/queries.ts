import { sql } from "kysely";
import type { Trx } from "../db/database.ts";

export interface ReplyName {
  readonly tenantId: string;
  readonly subject: string;
  readonly route: string;
  readonly key: string;
}

/** Takes keys for this transaction, each false when another transaction has it; waits for none. */
export async function tryLockKeys(trx: Trx, names: readonly ReplyName[]): Promise<boolean[]> {
  const texts = names.map((name) => [name.tenantId, name.subject, name.route, name.key].join("\n"));
  const { rows } = await sql<{ is_locked: boolean }>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(n.text, 0)) AS is_locked
    FROM unnest(${texts}::text[]) WITH ORDINALITY AS n (text, place)
    ORDER BY n.place
  `.execute(trx);
  return rows.map((row) => row.is_locked);
}

/** Which of these requests have a stored reply. */
export async function listStoredNames(
  trx: Trx,
  tenantId: string,
  names: readonly ReplyName[],
): Promise<Omit<ReplyName, "tenantId">[]> {
  const { rows } = await sql<Omit<ReplyName, "tenantId">>`
    SELECT r.subject, r.route, r.key
    FROM unnest(
      ${names.map((name) => name.subject)}::text[],
      ${names.map((name) => name.route)}::text[],
      ${names.map((name) => name.key)}::text[]) AS n (subject, route, key)
    JOIN idempotency_replies r ON r.tenant_id = ${tenantId} AND r.subject = n.subject
      AND r.route = n.route AND r.key = n.key AND r.key = ANY (${names.map((name) => name.key)}::text[])
  `.execute(trx);
  return rows;
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

/** Stores replies of requests whose keys this transaction has taken. */
export async function insertReplies(
  trx: Trx,
  tenantId: string,
  replies: readonly (ReplyName & { readonly fingerprint: Buffer; readonly sealed: Buffer })[],
): Promise<void> {
  await sql`
    INSERT INTO idempotency_replies (tenant_id, subject, route, key, fingerprint, reply_encrypted)
    SELECT ${tenantId}, r.subject, r.route, r.key, r.fingerprint, r.sealed
    FROM unnest(
      ${replies.map((reply) => reply.subject)}::text[],
      ${replies.map((reply) => reply.route)}::text[],
      ${replies.map((reply) => reply.key)}::text[],
      ${replies.map((reply) => reply.fingerprint)}::bytea[],
      ${replies.map((reply) => reply.sealed)}::bytea[]) AS r (subject, route, key, fingerprint, sealed)
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
