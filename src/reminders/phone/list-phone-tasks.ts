import { z } from "zod";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import { listEndedTasks, listTasksToDo, type TaskRow } from "../../messages/phone-tasks/queries.ts";

/** Which calls: those to be made now, or those that are over. */
export interface ListPhoneTasks {
  readonly state: "to_do" | "ended";
  /** Only those of an operation over many appointments. */
  readonly operation_id?: string | undefined;
  /** 1 to 200, 50 unless said. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const toDoKey = z.tuple([z.boolean(), z.iso.datetime(), z.uuid()]);
const endedKey = z.tuple([z.iso.datetime(), z.uuid()]);

/**
 * Lists calls: to be made now, urgent ones first, then by the time of the visit; or over, the latest first. Throws
 * `invalid-request`.
 */
export async function listPhoneTasks(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { state, operation_id: operationId, limit = pageLimitDefault, cursor }: ListPhoneTasks,
): Promise<{ items: TaskRow[]; nextCursor: string | null }> {
  const page = { countMax: limit + 1, operationId };
  const rows = await db.inTenant(
    tenant.id,
    (trx) =>
      state === "to_do"
        ? listTasksToDo(trx, tenant.id, { ...page, after: afterOf(cursor, toDoKey) })
        : listEndedTasks(trx, tenant.id, { ...page, after: afterOf(cursor, endedKey) }),
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? encodeCursor(keyOf(state, last)) : null };
}

function afterOf<Key>(cursor: string | undefined, key: z.ZodType<Key>): Key | null {
  return cursor === undefined ? null : decodeCursor(cursor, key);
}

function keyOf(state: ListPhoneTasks["state"], row: TaskRow): (string | boolean)[] {
  if (state === "to_do") return [row.is_urgent, row.visit_at.toISOString(), row.id];
  return [(row.ended_at ?? row.visit_at).toISOString(), row.id];
}
