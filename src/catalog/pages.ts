import { z } from "@hono/zod-openapi";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../http/request-schema.ts";

/** Which part of a list is wanted: at most `limit` items (1 to 200, 50 unless said) after the one the cursor names. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** A part of a list; `next_cursor` is null on the last one. */
export interface Page<T> {
  readonly items: T[];
  readonly next_cursor: string | null;
}

/** Where a page starts, for SQL: rows after the key `after`, `countMax` of them. */
export interface PageStart {
  readonly after: string;
  readonly countMax: number;
}

/** Reads a page request; asks for one row more than the page has. Throws `invalid-request` for a foreign cursor. */
export function pageStart({ limit = pageLimitDefault, cursor }: PageRequest): PageStart {
  const [after] =
    cursor === undefined ? [""] : decodeCursor(cursor, z.tuple([z.string().max(200)]));
  return { after, countMax: limit + 1 };
}

/** Makes a page from the rows that `start` asked for; the row beyond its end tells that there is a next one. */
export function pageOf<T>(
  rows: readonly T[],
  start: PageStart,
  keyOf: (row: T) => string,
): Page<T> {
  const items = rows.slice(0, start.countMax - 1);
  const last = items.at(-1);
  const hasNext = rows.length === start.countMax && last !== undefined;
  return { items, next_cursor: hasNext ? encodeCursor([keyOf(last)]) : null };
}
