import { checkConstructs, checkTransactions } from "./construct-rules.ts";
import { checkImports } from "./import-rules.ts";
import { checkNames } from "./name-rules.ts";
import { GENERATED_FILES } from "./house-plan.ts";
import {
  lineAt,
  parseSource,
  type SourceFile,
  type SourceText,
  type Violation,
} from "./source-file.ts";
import { checkSqlTexts, type TableOwners } from "./sql-rules.ts";

/** What the rules need to know besides the files. */
export type House = {
  tableOwners: TableOwners;
  /** Packages that `src/` may import: `dependencies` of package.json. */
  dependencies: ReadonlySet<string>;
};

/** `// house-disable-next-line <rule> -- <reason>`: the rule is right in general and wrong here. */
const EXCEPTION = /^\s*house-disable-next-line (?<rule>[a-z-]+) -- \S.{4,}/;

/** Judges files by all rules of the house; an empty list means that all keep them. */
export function checkArchitecture(sources: readonly SourceText[], house: House): Violation[] {
  return sources.flatMap((source) => {
    const file = parseSource(source);
    return checkFile(file, house).filter((violation) => !isExcepted(file, violation));
  });
}

function checkFile(file: SourceFile, house: House): Violation[] {
  if (GENERATED_FILES.includes(file.path)) return checkImports(file, house.dependencies);
  return [
    ...checkImports(file, house.dependencies),
    ...checkSqlTexts(file, house.tableOwners),
    ...checkConstructs(file),
    ...checkTransactions(file),
    ...checkNames(file),
  ];
}

function isExcepted(file: SourceFile, violation: Violation): boolean {
  return file.comments.some(
    ({ value, start }) =>
      EXCEPTION.exec(value)?.groups?.["rule"] === violation.rule &&
      lineAt(file, start) === violation.line - 1,
  );
}
