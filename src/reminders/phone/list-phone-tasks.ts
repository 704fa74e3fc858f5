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

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** Lists calls: to be made now by the time of the visit, or over, the latest first. Throws `invalid-request`. */
export async function listPhoneTasks(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { state, operation_id: operationId, limit = pageLimitDefault, cursor }: ListPhoneTasks,
): Promise<{ items: TaskRow[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor, cursorKey);
  const page = { after, countMax: limit + 1, operationId };
  const rows = await db.inTenant(
    tenant.id,
    (trx) =>
      state === "to_do"
        ? listTasksToDo(trx, tenant.id, page)
        : listEndedTasks(trx, tenant.id, page),
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const key = last && (state === "to_do" ? last.visit_at : (last.ended_at ?? last.visit_at));
  const hasNext = rows.length > limit && last !== undefined && key !== undefined;
  return { items, nextCursor: hasNext ? encodeCursor([key.toISOString(), last.id]) : null };
}
