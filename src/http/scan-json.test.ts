import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonFault, jsonDepthMax } from "./scan-json.ts";

test.each([
  ["a key twice", '{"a":1,"a":2}', "repeated-key"],
  ["a key twice, once escaped", '{"a":1,"\\u0061":2}', "repeated-key"],
  ["a key twice in a nested object", '[{"x":{"a":1,"b":{},"a":2}}]', "repeated-key"],
  ["__proto__", '{"__proto__":{"isAdmin":true}}', "forbidden-key"],
  ["an escaped __proto__", '{"a":{"__pr\\u006fto__":1}}', "forbidden-key"],
  ["constructor", '{"constructor":{}}', "forbidden-key"],
  ["NUL in a value", '{"a":"x\\u0000"}', "forbidden-character"],
  ["NUL in a key", '{"x\\u0000":1}', "forbidden-character"],
  ["half a surrogate pair", '{"a":"\\ud83d"}', "forbidden-character"],
  ["a broken escape", '{"a":"\\u00zz"}', "malformed"],
])("names %s", (_name, text, fault) => {
  expect(findJsonFault(text)).toBe(fault);
});

test.each([
  ["the same key in two objects", '[{"a":1},{"a":1}]'],
  ["a whole surrogate pair", '{"a":"\\ud83d\\ude00"}'],
  ["brackets and quotes inside strings", '{"a":"[[{\\"a\\":1,","b":"}"}'],
  ["__proto__ as a value", '{"a":"__proto__"}'],
  ["no object at all", "null"],
])("finds nothing wrong with %s", (_name, text) => {
  expect(findJsonFault(text)).toBeUndefined();
});

test("nesting is allowed to the stated depth and no deeper", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  expect(findJsonFault(nested(jsonDepthMax))).toBeUndefined();
  expect(findJsonFault(nested(jsonDepthMax + 1))).toBe("too-deep");
});

test("what JSON.stringify writes of well-formed values is never refused but for forbidden keys and depth", () => {
  const value = fc.jsonValue({ maxDepth: 5, stringUnit: "grapheme" });
  fc.assert(
    fc.property(value, (json) => {
      const text = JSON.stringify(json);
      fc.pre(!/__proto__|constructor|prototype|\\u0000/.test(text));
      expect(findJsonFault(text)).toBeUndefined();
    }),
  );
});

test("what is let through and parses has no more than 32 levels and whole characters only", () => {
  const token = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    '"',
    '"a"',
    '"\\u0000"',
    '"\\ud800"',
    "1",
    "\\",
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(token, fc.string({ unit: "binary", maxLength: 3 }))),
      (tokens) => {
        const text = tokens.join("");
        if (findJsonFault(text) === undefined) expect(isFit(parsed(text), 0)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isFit(value: unknown, depth: number): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  const entries = Object.entries(value);
  return (
    depth < jsonDepthMax && entries.every((entry) => entry.every((part) => isFit(part, depth + 1)))
  );
}
