import { posix } from "node:path";
import {
  DOORS,
  FLOORS,
  HTTP_PACKAGES,
  HTTP_PLACES,
  SCHEMA_PACKAGE,
  SHARED_ROOT_FILES,
  SHARED_ROOT_FLOOR_MAX,
  SQL_PACKAGES,
  SQL_PLACES,
} from "./house-plan.ts";
import {
  folderOf,
  type ImportEdge,
  importsOf,
  isTest,
  lineAt,
  type SourceFile,
  type Violation,
} from "./source-file.ts";

type Fault = { rule: string; message: string };

/** Floor of a folder of `src/`, from 0; -1 when the plan does not know it. */
export function floorOf(folder: string): number {
  return FLOORS.findIndex((folders) => folders.includes(folder));
}

/** Judges every import of a file: floors, doors, HTTP, SQL, development packages, barrels. */
export function checkImports(file: SourceFile, dependencies: ReadonlySet<string>): Violation[] {
  if (!file.path.startsWith("src/")) return [];
  return importsOf(file).flatMap((edge) => {
    const faults = edge.specifier.startsWith(".")
      ? [checkFloors(file.path, edge), checkReExport(edge)]
      : [
          checkPackage(file.path, edge, dependencies),
          checkHttp(file.path, edge),
          checkSql(file.path, edge),
        ];
    const line = lineAt(file, edge.at);
    return faults.flatMap((fault) =>
      fault === undefined ? [] : [{ ...fault, path: file.path, line }],
    );
  });
}

function checkFloors(path: string, edge: ImportEdge): Fault | undefined {
  const target = posix.join(posix.dirname(path), edge.specifier);
  if (!target.startsWith("src/")) return isTest(path) ? undefined : leavesTheHouse(target);
  const from = folderOf(path);
  const to = folderOf(target);
  if (to === undefined) return checkRootTarget(from, target);
  if (from === undefined) return checkRootSource(path, to);
  if (from === to) return undefined;
  if (floorOf(from) === -1 || floorOf(to) === -1)
    return floorFault(`${from} → ${to}: not in the plan`);
  if (floorOf(to) < floorOf(from)) return undefined;
  if (DOORS.some(([a, b]) => a === from && b === to)) return undefined;
  return floorFault(`${from} (floor ${floorOf(from)}) may not import ${to} (floor ${floorOf(to)})`);
}

function checkRootTarget(from: string | undefined, target: string): Fault | undefined {
  const file = posix.basename(target);
  if (from === undefined || SHARED_ROOT_FILES.includes(file)) return undefined;
  return floorFault(`${from} may not import src/${file}, which stands above all floors`);
}

function checkRootSource(path: string, to: string): Fault | undefined {
  const isShared = SHARED_ROOT_FILES.includes(posix.basename(path));
  if (!isShared || floorOf(to) <= SHARED_ROOT_FLOOR_MAX) return undefined;
  return floorFault(`${path} is imported by every floor, so it may not import ${to}`);
}

function floorFault(message: string): Fault {
  return { rule: "floors", message };
}

function leavesTheHouse(target: string): Fault {
  return { rule: "no-development-imports", message: `src may not import ${target}` };
}

function checkReExport(edge: ImportEdge): Fault | undefined {
  if (!edge.isReExport) return undefined;
  return {
    rule: "no-barrels",
    message: `re-exports ${edge.specifier}; import it where it is made`,
  };
}

function checkPackage(
  path: string,
  edge: ImportEdge,
  dependencies: ReadonlySet<string>,
): Fault | undefined {
  if (isTest(path) || edge.specifier.startsWith("node:")) return undefined;
  const name = edge.specifier
    .split("/")
    .slice(0, edge.specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (dependencies.has(name)) return undefined;
  const message = `${name} is not among the dependencies of package.json`;
  return { rule: "no-development-imports", message };
}

function checkHttp(path: string, edge: ImportEdge): Fault | undefined {
  if (!HTTP_PACKAGES.test(edge.specifier) || HTTP_PLACES.test(path) || isTest(path))
    return undefined;
  const isZodOnly = edge.names.length > 0 && edge.names.every((name) => name === "z");
  if (isZodOnly && edge.specifier === SCHEMA_PACKAGE) return undefined;
  return { rule: "http-stays-in-routes", message: `only routes.ts may import ${edge.specifier}` };
}

function checkSql(path: string, edge: ImportEdge): Fault | undefined {
  if (!SQL_PACKAGES.test(edge.specifier) || SQL_PLACES.test(path) || isTest(path)) return undefined;
  if (edge.isTypeOnly) return undefined;
  return { rule: "sql-stays-in-queries", message: `only queries.ts may import ${edge.specifier}` };
}
