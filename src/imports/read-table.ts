import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { z } from "zod";
import { errorMessage, StartError } from "../start-error.ts";
import { isKnownColumn } from "./appointment-row.ts";

const ROWS_MAX = 500_000;
const ROW_BYTES_MAX = 65_536;

/** One line of a table: its place in the file, from 1, and its cells; null when it has more or fewer than the header. */
export interface TableLine {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>> | null;
}

const record = z.object({
  info: z.object({ lines: z.number(), error: z.instanceof(Error).optional() }),
  record: z.record(z.string(), z.string()),
});

/**
 * Reads a table (CSV in UTF-8 with a header line, at most 500,000 lines of 64 KB) as a stream. The header says whether
 * commas or semicolons separate, which with decimal commas differs. Throws StartError for what is no table and for
 * columns that are not known.
 */
export async function* readTable(csv: Readable): AsyncGenerator<TableLine> {
  try {
    const { delimiter, text } = await peekDelimiter(csv);
    const parser = text.pipe(
      parse({
        bom: true,
        columns: (header: string[]) => header.map(checkColumn),
        delimiter,
        info: true,
        max_record_size: ROW_BYTES_MAX,
        relax_column_count: true,
        skip_empty_lines: true,
        to: ROWS_MAX,
      }),
    );
    text.on("error", (error) => parser.destroy(error));
    for await (const row of parser) {
      const { info, record: cells } = record.parse(row);
      yield { line: info.lines, cells: info.error ? null : cells };
    }
  } catch (error) {
    if (error instanceof StartError || !(error instanceof CsvError || isFileError(error)))
      throw error;
    throw new StartError(`The table cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
}

function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/** Reads ahead as far as the end of the header and hands the whole text on. */
async function peekDelimiter(csv: Readable): Promise<{ delimiter: "," | ";"; text: Readable }> {
  const chunks: AsyncIterator<unknown> = csv[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let header = "";
  while (!header.includes("\n") && header.length < ROW_BYTES_MAX) {
    const next: IteratorResult<unknown, unknown> = await chunks.next();
    if (next.done) break;
    const bytes = Buffer.from(z.union([z.string(), z.instanceof(Uint8Array)]).parse(next.value));
    read.push(bytes);
    header += bytes.toString("latin1");
  }
  async function* whole() {
    yield* read;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  const isSemicolon = header.split("\n")[0]?.includes(";") ?? false;
  return {
    delimiter: isSemicolon ? ";" : ",",
    text: Readable.from(whole(), { objectMode: false }),
  };
}

function checkColumn(column: string): string {
  const name = column.trim().toLowerCase();
  if (isKnownColumn(name)) return name;
  throw new StartError(`The table has a column that is not known: ${column.slice(0, 60)}.`);
}
