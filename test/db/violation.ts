import { idOf, type Row } from "./row.ts";

/** What a row of the table must have otherwise than the valid one to violate the constraint; each variant alone does. */
export type Violation = { readonly table: string; readonly variants: readonly Row[] };

/** Too short for a SHA-256. */
export const short = Buffer.alloc(31);
/** Another row than the valid one. */
export const other = { id: idOf(99) };
/** Some instant. */
export const at = "2027-03-01T08:00:00Z";

/** Lists what violates the constraints of one table, by the constraints' names without the table's. */
export function of(table: string, variants: Record<string, readonly Row[]>): [string, Violation][] {
  return Object.entries(variants).map(([name, rows]) => [
    `${table}_${name}`,
    { table, variants: rows },
  ]);
}
