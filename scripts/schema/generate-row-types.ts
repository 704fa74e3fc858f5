import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where the row types lie. */
export const ROW_TYPES_FILE = "src/db/schema.ts";

/** How PostgreSQL's types come out of our pool (src/db/pool.ts). */
const TYPE_MAPPING = { int8: "number", xid8: "string", interval: "string" };

/** Writes down the rows of the schema \`public\` as types, in the house's format. `adminUrl` may read the catalogue. */
export async function generateRowTypes(adminUrl: string): Promise<string> {
  const types = await run(
    "kysely-codegen",
    [
      "--dialect=postgres",
      "--default-schema=public",
      "--include-pattern=public.*",
      "--date-parser=string",
      `--type-mapping=${JSON.stringify(TYPE_MAPPING)}`,
      "--log-level=silent",
      "--print",
    ],
    { env: { ...process.env, DATABASE_URL: adminUrl }, maxBuffer: 10_000_000 },
  );
  return format(types.stdout);
}

async function format(source: string): Promise<string> {
  const formatting = run("biome", ["format", `--stdin-file-path=${ROW_TYPES_FILE}`], {
    maxBuffer: 10_000_000,
  });
  formatting.child.stdin?.end(source);
  return (await formatting).stdout;
}
