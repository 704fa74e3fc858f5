import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const packageSchema = z.object({ version: z.string() });

/** This release's version, from package.json. */
export function readVersion(): string {
  const text = readFileSync(join(import.meta.dirname, "..", "package.json"), "utf8");
  return packageSchema.parse(JSON.parse(text)).version;
}
