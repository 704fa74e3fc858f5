import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { lanes, type MessageChannel } from "../message-state.ts";

/** A message that is due and nobody has begun. */
export interface DueMessage {
  readonly tenant_id: string;
  readonly id: string;
}

/** A way to a provider, and how much may be on it. */
export interface WayWish {
  readonly channel: MessageChannel;
  readonly priorities: readonly number[];
  /** Messages that may be claimed and not begun at one time. */
  readonly window: number;
}

/** How claims are made. */
export interface ClaimWish {
  readonly ways: readonly WayWish[];
  readonly claimSeconds: number;
  /** On one way. */
  readonly countMax: number;
}

/** How full a way is. */
export interface QueueState {
  /** Claimed before and not begun. */
  readonly queued: number;
  /** Seconds since the oldest of these was claimed. */
  readonly oldestSeconds: number;
}

/** What was claimed on one way, and how full it was before. */
export interface Claimed extends QueueState {
  readonly messages: readonly DueMessage[];
}

/**
 * Claims messages that are due, of all administrations that are not paused, on several ways at once; on each by priority
 * and then the longest due first, `countMax` at most and until `window` of them are claimed and not begun. A claim only keeps others from
 * queueing the same again for a while; who sends a message leases it. Nothing is claimed while sending is paused, in a
 * database that is a copy, or while the provider asked for patience. In the order of the ways. For the system's scope.
 *
 * Looked at are the first `window` that are due of each administration and priority: those queued before are among them,
 * because they were due before.
 */
export async function claimDue(
  trx: Trx,
  { ways, claimSeconds, countMax }: ClaimWish,
): Promise<Claimed[]> {
  const wanted = ways.flatMap(({ channel, priorities, window }, way) =>
    priorities.map((priority) => ({ way, channel, priority, window })),
  );
  const { rows } = await sql<
    Partial<DueMessage> & { way: number; queued: number; oldest: number | null }
  >`
    WITH moment AS MATERIALIZED (SELECT clock_now() AS now), wanted AS MATERIALIZED (
      SELECT w.way, w.channel, w.priority, w."window"
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (
        way integer, channel text, priority smallint, "window" integer)
    ), due AS MATERIALIZED (
      SELECT d.tenant_id, d.id, d.priority, d.next_at, d.queued_until, d.queued_until > moment.now AS is_queued,
        w.way, w."window"
      FROM moment
      CROSS JOIN tenants t
      CROSS JOIN wanted w
      CROSS JOIN LATERAL (
        SELECT m.tenant_id, m.id, m.priority, m.next_at, m.queued_until
        FROM messages m
        WHERE m.tenant_id = t.id AND m.priority = w.priority AND m.status = 'planned' AND m.channel = w.channel
          AND m.next_at <= moment.now
        ORDER BY m.next_at
        LIMIT w."window") d
      WHERE t.retired_at IS NULL
        AND NOT EXISTS (SELECT FROM message_settings s WHERE s.tenant_id = t.id AND s.paused_at IS NOT NULL)
        AND (SELECT paused_at IS NULL AND place = sending_place() FROM sending_switch)
        AND NOT EXISTS (SELECT FROM sending_gates g WHERE g.name = w.channel AND g.blocked_until > moment.now)
    ), state AS (
      SELECT way, count(*) FILTER (WHERE is_queued) AS queued,
        extract(epoch FROM (SELECT now FROM moment) - min(queued_until) FILTER (WHERE is_queued))::float8
          + ${claimSeconds}::float8 AS oldest
      FROM due
      GROUP BY way
    ), ranked AS (
      SELECT tenant_id, id, way, "window", row_number() OVER (PARTITION BY way ORDER BY priority, next_at) AS place
      FROM due
      WHERE is_queued IS NOT TRUE
    ), claimed AS (
      UPDATE messages m
      SET queued_until = moment.now + make_interval(secs => ${claimSeconds}::float8)
      FROM ranked r
      JOIN state s USING (way), moment
      WHERE r.place <= least(r."window" - s.queued, ${countMax}::int) AND m.tenant_id = r.tenant_id AND m.id = r.id AND m.status = 'planned'
        AND (m.queued_until IS NULL OR m.queued_until <= moment.now)
      RETURNING m.tenant_id, m.id, r.way, r.place
    )
    SELECT s.way, s.queued, s.oldest, c.tenant_id, c.id FROM state s LEFT JOIN claimed c USING (way) ORDER BY c.place
  `.execute(trx);
  const byWay = Map.groupBy(rows, (row) => row.way);
  return ways.map((_, way) => claimedOf(byWay.get(way) ?? []));
}

function claimedOf(
  rows: readonly (Partial<DueMessage> & { queued: number; oldest: number | null })[],
): Claimed {
  return {
    queued: rows[0]?.queued ?? 0,
    oldestSeconds: Math.max(rows[0]?.oldest ?? 0, 0),
    messages: rows.flatMap(({ tenant_id, id }) => (tenant_id && id ? [{ tenant_id, id }] : [])),
  };
}

/** Gives claims back that could not be queued, so that they are due at once. For the system's scope. */
export async function returnClaims(trx: Trx, messages: readonly DueMessage[]): Promise<void> {
  await sql`
    UPDATE messages m
    SET queued_until = NULL
    FROM unnest(${messages.map((one) => one.tenant_id)}::uuid[], ${messages.map((one) => one.id)}::uuid[])
      AS k (tenant_id, id)
    WHERE m.tenant_id = k.tenant_id AND m.id = k.id AND m.status = 'planned'
  `.execute(trx);
}

/** How a channel stands. */
export interface ChannelState {
  readonly channel: MessageChannel;
  /** Due and not begun, counted up to a bound. */
  readonly waiting: number;
  /** Since when the longest due one is due, in seconds. */
  readonly lagSeconds: number;
}

const everyPriority = [...lanes.notices, ...lanes.reminders];

/** Counted of one administration and priority at most, so that a mountain of messages is not gone over again and again. */
const countedMax = 10_000;

/** What is due per channel, of administrations that are not paused. For the system's scope. */
export async function readChannels(trx: Trx): Promise<ChannelState[]> {
  const { rows } = await sql<{ channel: MessageChannel; waiting: number; lag: number | null }>`
    SELECT d.channel, count(*) AS waiting, extract(epoch FROM clock_now() - min(d.due_at))::float8 AS lag
    FROM tenants t
    CROSS JOIN unnest(${everyPriority}::smallint[]) AS p (priority)
    CROSS JOIN LATERAL (
      SELECT m.channel, m.due_at
      FROM messages m
      WHERE m.tenant_id = t.id AND m.priority = p.priority AND m.status = 'planned'
        AND m.next_at <= (SELECT clock_now())
      ORDER BY m.next_at
      LIMIT ${countedMax}) d
    WHERE t.retired_at IS NULL
      AND NOT EXISTS (SELECT FROM message_settings s WHERE s.tenant_id = t.id AND s.paused_at IS NOT NULL)
    GROUP BY d.channel
  `.execute(trx);
  return rows.map(({ channel, waiting, lag }) => ({
    channel,
    waiting,
    lagSeconds: Math.max(lag ?? 0, 0),
  }));
}

/** Administrations with messages that are too late to be sent. For the system's scope. */
export async function listTenantsWithOverdue(trx: Trx): Promise<string[]> {
  const { rows } = await sql<{ tenant_id: string }>`
    SELECT t.id AS tenant_id
    FROM tenants t
    WHERE t.retired_at IS NULL
      AND (SELECT paused_at IS NULL FROM sending_switch)
      AND NOT EXISTS (SELECT FROM message_settings s WHERE s.tenant_id = t.id AND s.paused_at IS NOT NULL)
      AND EXISTS (
        SELECT FROM unnest(${everyPriority}::smallint[]) AS p (priority)
        CROSS JOIN LATERAL (
          SELECT FROM messages m
          WHERE m.tenant_id = t.id AND m.priority = p.priority AND m.status = 'planned'
            AND m.next_at <= (SELECT clock_now()) AND m.not_after < (SELECT clock_now())
          LIMIT 1) late)
  `.execute(trx);
  return rows.map((row) => row.tenant_id);
}

/** Ends planned messages that are too late: required kinds have failed, others are left out. Returns the failed ones. */
export async function endOverdue(
  trx: Trx,
  tenantId: string,
  wish: { readonly requiredKinds: readonly string[]; readonly countMax: number },
): Promise<{ failed: string[]; count: number }> {
  const { rows } = await sql<{ id: string; status: string }>`
    UPDATE messages m
    SET status = CASE WHEN m.kind = ANY (${wish.requiredKinds}::text[]) THEN 'failed' ELSE 'discarded' END,
        end_reason = 'too_late', ended_at = clock_now(), queued_until = NULL
    FROM (
      SELECT o.id
      FROM messages o
      WHERE o.tenant_id = ${tenantId} AND o.priority = ANY (${everyPriority}::smallint[]) AND o.status = 'planned'
        AND o.next_at <= (SELECT clock_now()) AND o.not_after < (SELECT clock_now())
      ORDER BY o.id
      LIMIT ${wish.countMax}
      FOR UPDATE SKIP LOCKED) late
    WHERE m.tenant_id = ${tenantId} AND m.id = late.id AND m.status = 'planned'
    RETURNING m.id, m.status
  `.execute(trx);
  return {
    failed: rows.filter((row) => row.status === "failed").map((row) => row.id),
    count: rows.length,
  };
}
