import { type RawBuilder, sql } from "kysely";
import type { Trx } from "./database.ts";

/** The rows that a part of `readTogether` answers; a part without rows answers an empty list. */
type RowsOf<Part> = Part extends RawBuilder<infer Row> ? readonly Row[] : never;

/**
 * Answers several questions in one statement, each as if asked alone; all see the same snapshot. A part is a SELECT that
 * its owner's `queries.ts` wrote. Rows travel as JSON: instants come back as text, and bigints must stay below 2^53.
 */
export async function readTogether<Parts extends Readonly<Record<string, RawBuilder<unknown>>>>(
  trx: Trx,
  parts: Parts,
): Promise<{ readonly [Name in keyof Parts]: RowsOf<Parts[Name]> }> {
  const columns = Object.entries(parts).map(
    ([name, part]) =>
      sql`(SELECT coalesce(json_agg(r), '[]'::json) FROM (${part}) AS r) AS ${sql.ref(name)}`,
  );
  const { rows } = await sql<{ readonly [Name in keyof Parts]: RowsOf<Parts[Name]> }>`
    SELECT ${sql.join(columns)}
  `.execute(trx);
  const [row] = rows;
  if (!row) throw new Error("A SELECT without FROM gave no row");
  return row;
}

/**
 * Writes what several slices have to write in one statement instead of one round trip each. A part is an INSERT, UPDATE
 * or DELETE that its owner's `queries.ts` wrote; parts do not see each other's rows, and foreign keys between them are
 * checked at the end. Does nothing without parts.
 */
export async function writeTogether(
  trx: Trx,
  parts: readonly RawBuilder<unknown>[],
): Promise<void> {
  if (parts.length === 0) return;
  const steps = parts.map((part, index) => sql`${sql.ref(`part_${index}`)} AS (${part})`);
  await sql`WITH ${sql.join(steps)} SELECT`.execute(trx);
}
