import { posix } from "node:path";
import { EMPTY_FILE_NAMES, EMPTY_WORDS } from "./house-plan.ts";
import { isTest, type SourceFile, type Violation, visit } from "./source-file.ts";

const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const NEEDS_DATABASE = /test\/support\/test-database\.ts|(?:^|\/)support\/test-database\.ts/;

/** Judges names: kebab-case, no empty words, a file is named after its one function. */
export function checkNames(file: SourceFile): Violation[] {
  const faults = [
    checkCase(file.path),
    checkWords(file.path),
    checkExport(file),
    checkTestPlace(file),
  ];
  return faults.flatMap((fault) =>
    fault === undefined ? [] : [{ ...fault, path: file.path, line: 1 }],
  );
}

type Fault = { rule: string; message: string };

function checkCase(path: string): Fault | undefined {
  const stem = posix.basename(path).split(".")[0] ?? "";
  if (KEBAB_CASE.test(stem)) return undefined;
  return { rule: "kebab-case", message: `${posix.basename(path)} is not kebab-case` };
}

function checkWords(path: string): Fault | undefined {
  const name = posix.basename(path);
  const words = path.split(/[/.-]/);
  const word = EMPTY_WORDS.find((empty) => words.includes(empty));
  if (word !== undefined) return { rule: "telling-names", message: `"${word}" says nothing` };
  if (!EMPTY_FILE_NAMES.includes(name) || !path.startsWith("src/")) return undefined;
  // A service is a thing of the glossary: what a citizen comes for.
  if (path.endsWith("/services/service.ts")) return undefined;
  return { rule: "telling-names", message: `${name} is no name of a thing or an action` };
}

/** A file with a name of several words and one exported function: the two share a word. */
function checkExport(file: SourceFile): Fault | undefined {
  const stem = posix.basename(file.path, ".ts");
  if (!/^src\/.+\//.test(file.path) || isTest(file.path) || !stem.includes("-")) return undefined;
  if (/-(?:routes|schema|queries|errors|jobs)$/.test(stem)) return undefined;
  const functions: string[] = [];
  const others: string[] = [];
  visit(file, {
    ExportNamedDeclaration({ declaration }) {
      if (declaration?.type === "FunctionDeclaration") functions.push(declaration.id?.name ?? "");
      else if (
        declaration !== null &&
        "id" in declaration &&
        declaration.id?.type === "Identifier"
      ) {
        others.push(declaration.id.name);
      } else others.push("?");
    },
  });
  const only = functions[0];
  if (functions.length !== 1 || only === undefined) return undefined;
  const words = [only, ...others].flatMap((name) => kebab(name).split("-"));
  if (stem.split("-").some((word) => words.some((other) => isSameWord(word, other)))) {
    return undefined;
  }
  return {
    rule: "named-after-export",
    message: `exports ${only}, which shares no word with the file's name`,
  };
}

/** The same word, in the singular or the plural. */
function isSameWord(a: string, b: string): boolean {
  return a === b || a === `${b}s` || `${a}s` === b;
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}

/** `npm run check` needs no services, so what needs the database says so in its name. */
function checkTestPlace(file: SourceFile): Fault | undefined {
  if (!file.path.endsWith(".test.ts") || /\.(?:pg|browser)\.test\.ts$/.test(file.path))
    return undefined;
  const needsDatabase = file.program.body.some(
    (statement) =>
      statement.type === "ImportDeclaration" && NEEDS_DATABASE.test(statement.source.value),
  );
  if (!needsDatabase) return undefined;
  return { rule: "database-tests-say-so", message: "needs PostgreSQL: name it *.pg.test.ts" };
}
