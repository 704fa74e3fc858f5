import { type RawBuilder, sql } from "kysely";
import { createBytePack } from "../db/byte-pack.ts";
import type { Trx } from "../db/database.ts";

export interface ReplyName {
  readonly tenantId: string;
  readonly subject: string;
  readonly route: string;
  readonly key: string;
}

/**
 * Takes keys for this transaction and waits for none: places (from 1) of those that another transaction has. A part of
 * `readTogether`.
 */
export function keysTaken(names: readonly ReplyName[]): RawBuilder<{ place: number }> {
  const texts = names.map((name) => [name.tenantId, name.subject, name.route, name.key].join("\n"));
  return sql<{ place: number }>`
    SELECT n.place
    FROM unnest(${texts}::text[]) WITH ORDINALITY AS n (text, place)
    WHERE NOT pg_try_advisory_xact_lock(hashtextextended(n.text, 0))`;
}

/** Which of these requests have a stored reply. A part of `readTogether`, in a statement after the keys were taken. */
export function storedNames(
  tenantId: string,
  names: readonly ReplyName[],
): RawBuilder<Omit<ReplyName, "tenantId">> {
  return sql<Omit<ReplyName, "tenantId">>`
    SELECT r.subject, r.route, r.key
    FROM unnest(
      ${names.map((name) => name.subject)}::text[],
      ${names.map((name) => name.route)}::text[],
      ${names.map((name) => name.key)}::text[]) AS n (subject, route, key)
    JOIN idempotency_replies r ON r.tenant_id = ${tenantId} AND r.subject = n.subject
      AND r.route = n.route AND r.key = n.key AND r.key = ANY (${names.map((name) => name.key)}::text[])`;
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

/** Stores replies of requests whose keys this transaction has taken. A part of `writeTogether`. */
export function repliesInsert(
  tenantId: string,
  replies: readonly (ReplyName & { readonly fingerprint: Buffer; readonly sealed: Buffer })[],
): RawBuilder<unknown> {
  const pack = createBytePack();
  const fingerprints = replies.map((reply) => pack.add(reply.fingerprint));
  const sealed = replies.map((reply) => pack.add(reply.sealed));
  return sql`
    INSERT INTO idempotency_replies (tenant_id, subject, route, key, fingerprint, reply_encrypted, created_at)
    SELECT ${tenantId}::uuid, r.subject, r.route, r.key, substr(b.pack, r.fingerprint_at, r.fingerprint_size),
           substr(b.pack, r.sealed_at, r.sealed_size), (SELECT clock_now())
    FROM unnest(
      ${replies.map((reply) => reply.subject)}::text[],
      ${replies.map((reply) => reply.route)}::text[],
      ${replies.map((reply) => reply.key)}::text[],
      ${fingerprints.map(({ at }) => at)}::int[],
      ${fingerprints.map(({ size }) => size)}::int[],
      ${sealed.map(({ at }) => at)}::int[],
      ${sealed.map(({ size }) => size)}::int[])
      AS r (subject, route, key, fingerprint_at, fingerprint_size, sealed_at, sealed_size)
    CROSS JOIN (SELECT ${pack.toSql()} AS pack) AS b`;
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
