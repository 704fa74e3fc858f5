import type { TemplateLiteral } from "oxc-parser";
import { SQL_PLACES } from "./house-plan.ts";
import { folderOf, isTest, lineAt, type SourceFile, type Violation, visit } from "./source-file.ts";

/** Which folder of `src/` owns which table, from migrations/table-owners.json. */
export type TableOwners = Readonly<Record<string, string>>;

type SqlText = { text: string; at: number };
type Write = { table: string; at: number };

/** Stands for `${…}` inside a template, so that a computed table name can be seen. */
const HOLE = "\u{FFFC}";
const LOOKS_LIKE_SQL =
  /\bSELECT\s[\s\S]+\sFROM\b|\bINSERT\s+INTO\b|\bUPDATE\s+\S+\s+(?:\S+\s+)?SET\b|\bDELETE\s+FROM\b|\bMERGE\s+INTO\b/;
const WRITES =
  /\b(?:INSERT\s+INTO|DELETE\s+FROM(?:\s+ONLY)?|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?|COPY|(?<!\b(?:FOR|DO|KEY|ON|BEFORE|AFTER|OR)\s+)UPDATE(?:\s+ONLY)?)\s+(?:public\.)?("?[a-z_][a-z0-9_]*"?|\u{FFFC})/giu;
const DATABASE_CLOCKS =
  /(?<![\w.])(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday)\s*\(|\b(?:CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME|LOCALTIMESTAMP)\b/i;
const BUILDER_READS = ["selectFrom"];
const BUILDER_WRITES = ["insertInto", "updateTable", "deleteFrom", "mergeInto", "replaceInto"];

/** Judges the SQL of a file: where it stands, which tables it writes, which clock it reads. */
export function checkSqlTexts(file: SourceFile, owners: TableOwners): Violation[] {
  if (!file.path.startsWith("src/") || isTest(file.path)) return [];
  const texts = sqlTextsOf(file);
  const builder = builderCallsOf(file);
  const writes = [...texts.flatMap(writesOf), ...builder.writes];
  return [
    ...checkPlace(file, [...texts.map(({ at }) => at), ...builder.calls]),
    ...writes.flatMap((write) => checkOwner(file, write, owners)),
    ...texts.flatMap((text) => checkClock(file, text)),
  ];
}

/** Strings and templates of a file that read like a statement; comments inside them are dropped. */
function sqlTextsOf(file: SourceFile): SqlText[] {
  const texts: SqlText[] = [];
  function add(text: string, at: number): void {
    const statement = text.replace(/--.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, "");
    if (LOOKS_LIKE_SQL.test(statement)) texts.push({ text: statement, at });
  }
  visit(file, {
    Literal(node) {
      if (typeof node.value === "string") add(node.value, node.start);
    },
    TemplateLiteral(node) {
      add(textOf(node), node.start);
    },
  });
  return texts;
}

function textOf(node: TemplateLiteral): string {
  return node.quasis.map(({ value }) => value.cooked ?? value.raw).join(HOLE);
}

function writesOf({ text, at }: SqlText): Write[] {
  return [...text.matchAll(WRITES)]
    .map((match) => (match[1] ?? "").replaceAll('"', "").toLowerCase())
    .filter((table) => table !== "set" && table !== "skip" && table !== "of")
    .map((table) => ({ table, at }));
}

function builderCallsOf(file: SourceFile): { calls: number[]; writes: Write[] } {
  const calls: number[] = [];
  const writes: Write[] = [];
  visit(file, {
    CallExpression({ callee, arguments: [first], start }) {
      if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return;
      const { name } = callee.property;
      if (![...BUILDER_READS, ...BUILDER_WRITES].includes(name)) return;
      calls.push(start);
      if (!BUILDER_WRITES.includes(name)) return;
      const isLiteral = first?.type === "Literal" && typeof first.value === "string";
      const table = isLiteral ? String(first.value).split(/\s+as\s+/)[0] : HOLE;
      writes.push({ table: table ?? HOLE, at: start });
    },
  });
  return { calls, writes };
}

function checkPlace(file: SourceFile, places: number[]): Violation[] {
  const first = places[0];
  if (first === undefined || SQL_PLACES.test(file.path)) return [];
  const message = "SQL belongs to queries.ts";
  return [{ rule: "sql-stays-in-queries", path: file.path, line: lineAt(file, first), message }];
}

function checkOwner(file: SourceFile, write: Write, owners: TableOwners): Violation[] {
  const place = { path: file.path, line: lineAt(file, write.at) };
  const folder = folderOf(file.path) ?? "src";
  const owner = owners[write.table];
  if (owner === folder) return [];
  if (write.table === HOLE) {
    const message = "the table of a write must be spelled out, so that its owner can be checked";
    return [{ rule: "writes-own-tables", ...place, message }];
  }
  const whose = owner === undefined ? "no folder owns" : `${owner} owns`;
  return [
    {
      rule: "writes-own-tables",
      ...place,
      message: `${folder} writes ${write.table}, which ${whose}`,
    },
  ];
}

function checkClock(file: SourceFile, { text, at }: SqlText): Violation[] {
  const found = DATABASE_CLOCKS.exec(text)?.[0];
  if (found === undefined || file.path.startsWith("src/db/")) return [];
  const message = `SQL takes the time from clock_now(), not from ${found.trim()}`;
  return [{ rule: "one-clock", path: file.path, line: lineAt(file, at), message }];
}
