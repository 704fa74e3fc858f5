/** Writes .env.example from the schema of the environment. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentExample } from "./env-example.ts";

writeFileSync(join(import.meta.dirname, "..", ".env.example"), environmentExample());
