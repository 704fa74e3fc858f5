import { type RawBuilder, sql } from "kysely";

/** Where bytes lie in a pack; `at` counts from 1, as SQL does. */
export interface PackedBytes {
  readonly at: number;
  readonly size: number;
}

/** Many byte strings that travel to PostgreSQL as one binary parameter, instead of as hexadecimal text twice as long. */
export interface BytePack {
  add(bytes: Buffer): PackedBytes;
  /** The parameter, once everything was added. Take parts of it with `substr(pack, at, size)`. */
  toSql(): RawBuilder<Buffer>;
}

/** Makes an empty pack for one statement. */
export function createBytePack(): BytePack {
  const parts: Buffer[] = [];
  let length = 0;
  return {
    add: (bytes) => {
      const at = length + 1;
      parts.push(bytes);
      length += bytes.length;
      return { at, size: bytes.length };
    },
    toSql: () => sql<Buffer>`${Buffer.concat(parts, length)}::bytea`,
  };
}
