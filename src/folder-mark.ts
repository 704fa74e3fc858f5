import { stat } from "node:fs/promises";
import { join } from "node:path";
import { systemErrorCode } from "./start-error.ts";

/**
 * What tells the embedded database's folder from a copy of it: the inode and the birth of a file that PostgreSQL made
 * once. A folder that was moved keeps them, one that was copied or unpacked from a backup has others. Null when there is
 * no embedded database.
 */
export async function folderMark(dataDir: string): Promise<string | null> {
  try {
    const { ino, birthtimeMs } = await stat(join(dataDir, "postgres", "data", "PG_VERSION"));
    return `${ino}-${Math.trunc(birthtimeMs)}`;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}
