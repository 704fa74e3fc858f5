import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanValue, onOneLine } from "./clean-value.ts";

test.each([
  ["a\r\nb\rc\u2028d\u2029e\u0085f", "a\nb\nc\nd\ne\nf"],
  ["a\u0000b\u001bc\u007fd\u009fe", "abcde"],
  ["a\tb", "a b"],
  ["\u202eabc\u202c \u2066x\u2069", "abc x"],
  ["a\ud800b", "a\ufffdb"],
  ["a\ue000b\u{f0000}c\u{10fffd}d", "abcd"],
  [
    "  Zoë Müller-O’Neill 張 \u{1F469}\u200d\u{1F4BB} ",
    "Zoë Müller-O’Neill 張 \u{1F469}\u200d\u{1F4BB}",
  ],
])("%j becomes %j", (value, cleaned) => {
  expect(cleanValue(value, 100)).toBe(cleaned);
});

test("what is too long is shortened with an ellipsis, without half a character", () => {
  expect(cleanValue("abcdef", 6)).toBe("abcdef");
  expect(cleanValue("abcdefg", 6)).toBe("abcde…");
  expect(cleanValue(`abcd\u{1F600}fg`, 6)).toBe("abcd…");
});

test("a value comes out plain, well-formed and within its length, and a second time the same", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 40 }), (value, max) => {
      const cleaned = cleanValue(value, max);
      expect(cleaned.length).toBeLessThanOrEqual(max);
      expect(cleaned.isWellFormed()).toBe(true);
      expect(cleaned).toMatch(
        /^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ue000-\uf8ff]*$/,
      );
      expect(cleanValue(cleaned, max)).toBe(cleaned);
      expect(onOneLine(cleaned)).not.toContain("\n");
    }),
  );
});
