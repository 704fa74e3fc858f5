/** A row by column, as parameters of a statement. */
export type Row = Readonly<Record<string, unknown>>;

/** An id that is easy to tell from others. */
export function idOf(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
}
