import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

describe("canonical JSON", () => {
  test("sorts keys at every depth and leaves lists in order", () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }, 2], a: "x" })).toBe(
      '{"a":"x","b":[{"c":null,"d":1},2]}',
    );
  });

  test("writes numbers and strings as RFC 8785 does", () => {
    expect(canonicalJson([1e21, 0.000001, -0, "\u20ac\u000f\n"])).toBe(
      '[1e+21,0.000001,0,"\u20ac\\u000f\\n"]',
    );
  });

  test("refuses what JSON cannot hold", () => {
    for (const value of [undefined, Number.NaN, Infinity, 1n, () => 1]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    }
  });

  test("is read back as the same value and is the same for any order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = canonicalJson(value);
        const reversed = Object.fromEntries(Object.entries(value).toReversed());
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed)).toBe(text);
      }),
    );
  });
});
