import fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { expect, test } from "vitest";
import { gsmUnits } from "./gsm-alphabet.ts";
import { splitSms } from "./split-sms.ts";

test("the default alphabet has 127 characters and its extension 10, without the escape", () => {
  const all = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code));
  const units = all.map((character) => gsmUnits(character));
  expect(units.filter((count) => count === 1)).toHaveLength(127);
  expect(units.filter((count) => count === 2)).toHaveLength(10);
});

test.each([
  ["", "gsm7", 0, 1],
  ["a".repeat(160), "gsm7", 160, 1],
  ["a".repeat(161), "gsm7", 161, 2],
  ["a".repeat(306), "gsm7", 306, 2],
  ["a".repeat(307), "gsm7", 307, 3],
  ["€".repeat(80), "gsm7", 160, 1],
  ["€".repeat(81), "gsm7", 162, 2],
  [`${"a".repeat(152)}€${"a".repeat(10)}`, "gsm7", 164, 2],
  ["é à ö Ñ @ £ [ ] { } ~ ^ | \\", "gsm7", 35, 1],
  ["ç", "ucs2", 1, 1],
  ["ő".repeat(70), "ucs2", 70, 1],
  ["ő".repeat(71), "ucs2", 71, 2],
  ["ő".repeat(134), "ucs2", 134, 2],
  ["ő".repeat(135), "ucs2", 135, 3],
  ["\u{1F600}".repeat(35), "ucs2", 70, 1],
  ["\u{1F600}".repeat(36), "ucs2", 72, 2],
] as const)("%j goes as %s in %i units and %i parts", (...[text, encoding, units, parts]) => {
  const split = splitSms(text);
  expect({ ...split, parts: split.parts.length }).toEqual({ encoding, units, parts });
});

test("an escape sequence is not cut: the part before it stays one short", () => {
  const { parts } = splitSms(`${"a".repeat(152)}€${"b".repeat(10)}`);
  expect(parts).toEqual(["a".repeat(152), `€${"b".repeat(10)}`]);
});

test("a surrogate pair is not cut: the part before it stays one short", () => {
  const { parts } = splitSms(`ő${"a".repeat(65)}\u{1F600}${"b".repeat(10)}`);
  expect(parts).toEqual([`ő${"a".repeat(65)}`, `\u{1F600}${"b".repeat(10)}`]);
});

const characters = fc.constantFrom(...Array.from("aàö€[\\\nő“\u{1F600}Ж"), "x".repeat(40));
const texts = fc.array(characters, { maxLength: 200 }).map((parts) => parts.join(""));

test("parts say together what the text says, each within its capacity", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { encoding, parts } = splitSms(text);
      expect(parts.join("")).toBe(text);
      const max = parts.length === 1 ? { gsm7: 160, ucs2: 70 } : { gsm7: 153, ucs2: 67 };
      for (const part of parts) {
        const units = encoding === "ucs2" ? part.length : splitSms(part).units;
        expect(units).toBeLessThanOrEqual(max[encoding]);
        expect(part.isWellFormed()).toBe(true);
      }
    }),
  );
});

test("another calculator counts the same parts and chooses the same encoding", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const other = new SegmentedMessage(text);
      const { encoding, parts } = splitSms(text);
      expect(encoding).toBe(other.encodingName === "GSM-7" ? "gsm7" : "ucs2");
      expect(parts.length).toBe(Math.max(1, other.segmentsCount));
    }),
  );
});
