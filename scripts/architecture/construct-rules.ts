import type { Expression } from "oxc-parser";
import { CLOCK_FILE } from "./house-plan.ts";
import { isTest, lineAt, type SourceFile, type Violation, visit } from "./source-file.ts";

type Span = { start: number; end: number };
type Found = { rule: string; at: number; message: string };

const ASSERTION_RULE = "typescript/consistent-type-assertions";
const LINT_DIRECTIVE =
  /^\s*(?:oxlint|eslint)-disable(?<scope>[a-z-]*)\s*(?<rules>[^]*?)(?:\s--\s(?<reason>[^]*))?$/;
const REASON_LENGTH_MIN = 5;
const NETWORK_CALLS = ["fetch", "sendMail"];
const SLEEPS = ["setTimeout", "sleep", "delay"];

/** Judges single constructs: clocks, directives, doc comments, sleeps. */
export function checkConstructs(file: SourceFile): Violation[] {
  const found = [
    ...checkClock(file),
    ...checkDirectives(file),
    ...checkDocComments(file),
    ...checkSleeps(file),
  ];
  return found.map(({ at, ...fault }) => ({ ...fault, path: file.path, line: lineAt(file, at) }));
}

function checkClock(file: SourceFile): Found[] {
  const isFree = !file.path.startsWith("src/") || isTest(file.path) || file.path === CLOCK_FILE;
  if (isFree) return [];
  const found: Found[] = [];
  function add(at: number): void {
    found.push({ rule: "one-clock", at, message: `take the time from ${CLOCK_FILE}` });
  }
  visit(file, {
    NewExpression({ callee, arguments: args, start }) {
      if (callee.type === "Identifier" && callee.name === "Date" && args.length === 0) add(start);
    },
    CallExpression({ callee, start }) {
      if (callee.type === "Identifier" && callee.name === "Date") add(start);
      if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return;
      const isClock = ["Date", "DateTime"].includes(callee.object.name);
      if (isClock && calleeName(callee) === "now") add(start);
    },
  });
  return found;
}

/** A rule is switched off for one line, with a reason; an assertion only inside a named function. */
function checkDirectives(file: SourceFile): Found[] {
  const named = namedFunctionsOf(file);
  return file.comments.flatMap(({ value, start }) => {
    if (/^\s*@ts-(?:ignore|nocheck)/.test(value)) {
      return [{ rule: "directives-have-reasons", at: start, message: "fix the type instead" }];
    }
    const groups = LINT_DIRECTIVE.exec(value)?.groups;
    if (groups === undefined) return [];
    const hasReason = (groups["reason"] ?? "").trim().length >= REASON_LENGTH_MIN;
    const isOneLine = ["-line", "-next-line"].includes(groups["scope"] ?? "");
    if (!hasReason || !isOneLine) {
      const message = "switch a rule off for one line, with ` -- ` and the reason";
      return [{ rule: "directives-have-reasons", at: start, message }];
    }
    const isAssertion = (groups["rules"] ?? "").includes(ASSERTION_RULE);
    if (!isAssertion || isInside(named, start)) return [];
    const message = "`as` stands in a named function that says why it is safe";
    return [{ rule: "assertions-are-named", at: start, message }];
  });
}

function isInside(spans: Span[], at: number): boolean {
  return spans.some(({ start, end }) => start <= at && at < end);
}

function namedFunctionsOf(file: SourceFile): Span[] {
  const spans: Span[] = [];
  visit(file, {
    FunctionDeclaration({ start, end }) {
      spans.push({ start, end });
    },
  });
  return spans;
}

/** Every exported function of `src/` says what it is for; of overloads the first does. */
function checkDocComments(file: SourceFile): Found[] {
  if (!file.path.startsWith("src/") || isTest(file.path)) return [];
  const found: Found[] = [];
  const documented = new Set<string>();
  visit(file, {
    ExportNamedDeclaration({ declaration, start }) {
      const isOverload = declaration?.type === "TSDeclareFunction";
      if (!isOverload && declaration?.type !== "FunctionDeclaration") return;
      const name = declaration.id?.name ?? "the function";
      if (hasDocComment(file, start)) documented.add(name);
      if (isOverload || documented.has(name)) return;
      found.push({
        rule: "exports-are-documented",
        at: start,
        message: `${name} needs a doc comment`,
      });
    },
  });
  return found;
}

function hasDocComment(file: SourceFile, start: number): boolean {
  return file.comments.some(
    ({ type, value, end }) =>
      type === "Block" && value.startsWith("*") && file.text.slice(end, start).trim() === "",
  );
}

/** A test that sleeps is slow or wrong; waiting for a condition belongs to test/support. */
function checkSleeps(file: SourceFile): Found[] {
  if (!file.path.endsWith(".test.ts")) return [];
  const found: Found[] = [];
  visit(file, {
    CallExpression({ callee, start }) {
      if (callee.type !== "Identifier" || !SLEEPS.includes(callee.name)) return;
      found.push({ rule: "tests-do-not-sleep", at: start, message: `${callee.name} in a test` });
    },
  });
  return found;
}

/**
 * Inside a transaction: no second one (it would take a second connection and can empty the pool), no
 * network call (it would hold locks for as long as somebody else takes to answer).
 */
export function checkTransactions(file: SourceFile): Violation[] {
  if (!file.path.startsWith("src/") || isTest(file.path)) return [];
  const spans = transactionSpansOf(file);
  const found: Found[] = [];
  visit(file, {
    CallExpression({ callee, start }) {
      const name = calleeName(callee);
      if (name === undefined || !isInside(spans, start)) return;
      if (TRANSACTION_VERBS.includes(name)) {
        found.push({ rule: "one-transaction", at: start, message: `${name} inside a transaction` });
      }
      if (NETWORK_CALLS.includes(name)) {
        const message = `${name} inside a transaction`;
        found.push({ rule: "no-network-in-transactions", at: start, message });
      }
    },
  });
  return found.map(({ at, ...fault }) => ({ ...fault, path: file.path, line: lineAt(file, at) }));
}

const TRANSACTION_VERBS = ["inTenant", "inSystem", "transaction", "startTransaction"];
const TRANSACTION_PARAMETERS = ["trx", "tx"];

function calleeName(callee: Expression): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") return undefined;
  return callee.property.name;
}

/** Bodies of functions that get an open transaction as a parameter. */
function transactionSpansOf(file: SourceFile): Span[] {
  const spans: Span[] = [];
  function add(parameters: object[], body: Span | null): void {
    const hasTransaction = parameters.some(
      (parameter) =>
        "name" in parameter &&
        typeof parameter.name === "string" &&
        TRANSACTION_PARAMETERS.includes(parameter.name),
    );
    if (hasTransaction && body !== null) spans.push({ start: body.start, end: body.end });
  }
  visit(file, {
    FunctionDeclaration: ({ params, body }) => add(params, body),
    FunctionExpression: ({ params, body }) => add(params, body),
    ArrowFunctionExpression: ({ params, body }) => add(params, body),
  });
  return spans;
}
