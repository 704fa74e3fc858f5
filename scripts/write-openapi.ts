/**
 * Writes openapi.json as the service generates it from its schemas; `--check` only compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const file = "openapi.json";
const moduleSchema = z.object({
  openApiDocument: z.function({ input: [], output: z.record(z.string(), z.unknown()) }),
});

// The path is computed so that this script can be checked before src/app.ts exists.
const app: unknown = await import(new URL("../src/app.ts", import.meta.url).href);
const document = moduleSchema.parse(app).openApiDocument();
const text = `${JSON.stringify(document, null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
} else if (readFileSync(file, "utf8") === text) {
  console.log(`${file} is current`);
} else {
  console.error(`${file} is not what the service generates. Run: npm run openapi`);
  process.exitCode = 1;
}
