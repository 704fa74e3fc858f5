import { z } from "zod";
import type { Deps, RequestContext } from "../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import type { ItemOutcome } from "../operation.ts";
import { getOperationIn } from "./get-operation.ts";
import { type ItemRow, listItemRows } from "./queries.ts";

/** Which items: those with an outcome, `pending` ones, or all. */
export interface ListItems {
  readonly id: string;
  readonly outcome?: ItemOutcome | "pending" | undefined;
  /** 1 to 200, 50 unless said. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const cursorKey = z.tuple([z.int().min(0).max(1_000_000), z.int().min(0).max(1_000)]);

/** The appointments of an operation with what came of each and what their people were told. Throws `not-found`. */
export async function listItems(
  { db }: Pick<Deps, "db">,
  { tenant, signal }: RequestContext,
  { id, outcome, limit = pageLimitDefault, cursor }: ListItems,
): Promise<{ items: ItemRow[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor, cursorKey);
  const rows = await db.inTenant(
    tenant.id,
    async (trx) => {
      await getOperationIn(trx, tenant.id, id);
      const page = { operationId: id, outcome: outcome ?? null, after, countMax: limit + 1 };
      return listItemRows(trx, tenant.id, page);
    },
    { isReadOnly: true, signal },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasNext = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasNext ? encodeCursor([last.number, last.place]) : null };
}
