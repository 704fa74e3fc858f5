/** What makes a JSON text unfit before any schema looks at it. */
export type JsonFault =
  | "too-deep"
  | "repeated-key"
  | "forbidden-key"
  | "forbidden-character"
  | "malformed";

export const jsonDepthMax = 32;

/** Keys that mean something to JavaScript objects and nothing to us. */
const forbiddenKeys = new Set(["__proto__", "constructor", "prototype"]);

interface Level {
  readonly keys: Set<string> | undefined;
  isKeyNext: boolean;
}

/**
 * Reads JSON text once, before it is parsed, and names the first thing that parsing would hide: nesting deeper than 32
 * levels, a key twice in one object (parsers keep the last, proxies the first), `__proto__` and its like, NUL and half
 * surrogate pairs in strings (PostgreSQL refuses the one and mangles the other). Grammar is left to the parser.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const levels: Level[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const level = levels.at(-1);
    if (character === "{" || character === "[") {
      if (levels.length === jsonDepthMax) return "too-deep";
      const isObject = character === "{";
      levels.push({ keys: isObject ? new Set() : undefined, isKeyNext: isObject });
    } else if (character === "}" || character === "]") {
      levels.pop();
    } else if (character === "," && level) {
      level.isKeyNext = level.keys !== undefined;
    } else if (character === '"') {
      const end = endOfString(text, at);
      const fault = faultOfString(text.slice(at, end + 1), level);
      if (fault) return fault;
      at = end;
    }
  }
  return undefined;
}

/** Index of the closing quotation mark, or of the last character when there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\\") at += 1;
    else if (character === '"') return at;
  }
  return text.length - 1;
}

function faultOfString(literal: string, level: Level | undefined): JsonFault | undefined {
  const isKey = level?.isKeyNext === true;
  if (!isKey && !literal.includes("\\u")) return undefined;
  const value = parseString(literal);
  if (value === undefined) return "malformed";
  if (value.includes("\0") || !value.isWellFormed()) return "forbidden-character";
  if (!isKey || !level.keys) return undefined;
  level.isKeyNext = false;
  if (forbiddenKeys.has(value)) return "forbidden-key";
  if (level.keys.has(value)) return "repeated-key";
  level.keys.add(value);
  return undefined;
}

function parseString(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
