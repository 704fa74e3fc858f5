import { readFileSync, globSync } from "node:fs";
import { type Comment, type Program, parseSync, Visitor, type VisitorObject } from "oxc-parser";

/** A file of the house, or one planted by a test. */
export type SourceText = { path: string; text: string };

/** A parsed file; `path` is relative to the repository root with forward slashes. */
export type SourceFile = SourceText & { program: Program; comments: Comment[] };

/** One broken rule at one place. */
export type Violation = { rule: string; path: string; line: number; message: string };

/** An import or re-export as written. */
export type ImportEdge = {
  specifier: string;
  isTypeOnly: boolean;
  isReExport: boolean;
  /** Names imported from the other module; empty for a namespace or side-effect import. */
  names: string[];
  at: number;
};

/** Reads the TypeScript files of the house from the working directory. */
export function readSources(patterns: string[]): SourceText[] {
  return globSync(patterns, { exclude: ["**/node_modules/**"] })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts"))
    .sort()
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

/** Parses a file; throws when it is not TypeScript. */
export function parseSource(source: SourceText): SourceFile {
  const { program, comments, errors } = parseSync(source.path, source.text);
  const error = errors[0];
  if (error !== undefined) throw new SyntaxError(`${source.path}: ${error.message}`);
  return { ...source, program, comments };
}

/** Calls the visitor for every node of the file. */
export function visit(file: SourceFile, visitor: VisitorObject): void {
  new Visitor(visitor).visit(file.program);
}

/** Line of an offset, from 1. */
export function lineAt(file: SourceText, offset: number): number {
  return file.text.slice(0, offset).split("\n").length;
}

/** Whether the file is a test or lies in `test/`. */
export function isTest(path: string): boolean {
  return path.startsWith("test/") || path.endsWith(".test.ts");
}

/** The folder of `src/` a file belongs to; undefined for files directly in `src/` or elsewhere. */
export function folderOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Imports, dynamic imports of literals and re-exports of a file. */
export function importsOf(file: SourceFile): ImportEdge[] {
  const edges: ImportEdge[] = [];
  visit(file, {
    ImportDeclaration(node) {
      const named = node.specifiers.flatMap((specifier) =>
        specifier.type === "ImportSpecifier" ? [specifier] : [],
      );
      const areAllTypes =
        named.length > 0 &&
        named.length === node.specifiers.length &&
        named.every(({ importKind }) => importKind === "type");
      edges.push({
        specifier: node.source.value,
        isTypeOnly: node.importKind === "type" || areAllTypes,
        isReExport: false,
        names: named.map(({ imported }) => ("name" in imported ? imported.name : imported.value)),
        at: node.start,
      });
    },
    ImportExpression({ source, start }) {
      if (source.type !== "Literal" || typeof source.value !== "string") return;
      const edge = { isTypeOnly: false, isReExport: false, names: [], at: start };
      edges.push({ specifier: source.value, ...edge });
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) edges.push(reExport(node.source.value, node.start));
    },
    ExportAllDeclaration(node) {
      edges.push(reExport(node.source.value, node.start));
    },
  });
  return edges;
}

function reExport(specifier: string, at: number): ImportEdge {
  return { specifier, isTypeOnly: false, isReExport: true, names: [], at };
}
