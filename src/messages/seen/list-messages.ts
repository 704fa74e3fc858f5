import { z } from "zod";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import type { MessageChannel, MessageKind, MessageStatus } from "../message-state.ts";
import { listMessageRows, listUnreachedRows, type MessageRow } from "./queries.ts";

/** Which messages staff look for; all parts given must hold. */
export interface ListMessages {
  readonly appointmentId?: string | undefined;
  readonly status?: MessageStatus | undefined;
  readonly kind?: MessageKind | undefined;
  readonly channel?: MessageChannel | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** 1 to 200, 50 unless said. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A part of the list. */
export interface MessagePage {
  readonly items: MessageRow[];
  readonly nextCursor: string | null;
}

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** Lists what was or will be sent, the latest due first. Throws `invalid-request` for a foreign cursor. */
export async function listMessages(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  wish: ListMessages,
): Promise<MessagePage> {
  const limit = wish.limit ?? pageLimitDefault;
  const rows = await db.inTenant(
    tenant.id,
    (trx) =>
      listMessageRows(trx, tenant.id, {
        appointmentId: wish.appointmentId ?? null,
        status: wish.status ?? null,
        kind: wish.kind ?? null,
        channel: wish.channel ?? null,
        from: wish.from ?? null,
        to: wish.to ?? null,
        after: afterOf(wish),
        countMax: limit + 1,
      }),
    { isReadOnly: true, signal },
  );
  return pageOf(rows, limit, (row) => row.due_at);
}

/** Lists messages that did not get through, for a telephone call; the latest ended first. */
export async function listUnreached(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  wish: Pick<ListMessages, "limit" | "cursor">,
): Promise<MessagePage> {
  const limit = wish.limit ?? pageLimitDefault;
  const rows = await db.inTenant(
    tenant.id,
    (trx) => listUnreachedRows(trx, tenant.id, { after: afterOf(wish), countMax: limit + 1 }),
    { isReadOnly: true, signal },
  );
  return pageOf(rows, limit, (row) => row.ended_at ?? row.due_at);
}

function afterOf({ cursor }: Pick<ListMessages, "cursor">) {
  return cursor === undefined ? null : decodeCursor(cursor, cursorKey);
}

function pageOf(
  rows: readonly MessageRow[],
  limit: number,
  keyOf: (row: MessageRow) => Date,
): MessagePage {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasNext = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasNext ? encodeCursor([keyOf(last).toISOString(), last.id]) : null };
}
