import { dumpQueries, functionsQuery, tablesQuery, transitionsQuery } from "./dump-queries.ts";

/** What runs one statement; a pg client. */
export type Statements = {
  query: (text: string) => Promise<{ rows: Record<string, unknown>[] }>;
};

const HEAD = `-- What the migrations make of an empty database, read from PostgreSQL's catalogue for people to read.
-- Written by \`npm run schema\`, compared with the migrations by a test. Do not edit, do not apply.`;

/**
 * Describes the schema \`public\`: functions, tables with everything that hangs on them, and the allowed changes of
 * state. The same schema gives the same text, whatever the order in which it was made.
 */
export async function dumpSchema(client: Statements): Promise<string> {
  const functions = await readTexts(client, functionsQuery);
  const parts = new Map<string, string[]>();
  for (const { owner, text } of await readTexts(client, tablesQuery)) parts.set(owner, [text]);
  for (const query of dumpQueries) {
    for (const { owner, text } of await readTexts(client, query)) parts.get(owner)?.push(text);
  }
  const transitions = await readTexts(client, transitionsQuery);
  const sections = [
    ...functions.map(({ text }) => text),
    ...[...parts.values()].map((texts) => texts.join("\n")),
    transitions.map(({ text }) => text).join("\n"),
  ];
  return (
    [HEAD, ...sections]
      .join("\n\n")
      .replace(/[ \t]+$/gm, "")
      .trimEnd() + "\n"
  );
}

type Text = { owner: string; text: string };

async function readTexts(client: Statements, query: string): Promise<Text[]> {
  const { rows } = await client.query(query);
  return rows.map(({ owner, text }) => ({ owner: String(owner), text: String(text) }));
}
