/**
 * Writes openapi.json as the service generates it from its schemas; `--check` only compares.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { openApiDocument } from "../src/app.ts";

const file = "openapi.json";
const text = `${JSON.stringify(openApiDocument(), null, 2)}\n`;

if (!process.argv.includes("--check")) {
  writeFileSync(file, text);
  console.log(`wrote ${file}`);
} else if (readFileSync(file, "utf8") === text) {
  console.log(`${file} is current`);
} else {
  console.error(`${file} is not what the service generates. Run: npm run openapi`);
  process.exitCode = 1;
}
