import fc from "fast-check";
import { expect, test } from "vitest";
import { isGsmText } from "./gsm-alphabet.ts";
import { transliterate } from "./transliterate.ts";

test.each([
  ["à è é ì ò ù ö ä ü ß Ñ € [@]", "à è é ì ò ù ö ä ü ß Ñ € [@]"],
  ["ő", "o"],
  ["“Sì” – ‘no’ … l’ora", "\"Sì\" - 'no' ... l'ora"],
  ["français, Empêchement, œuvre, ÇA", "francais, Empechement, oeuvre, ÇA"],
  ["Łódź Đorđe Šiška Žižek Ţepeş", "Lodz Dorde Siska Zizek Tepes"],
  ["È già l’1º: n° 5 × 2", "E già l'1o: n. 5 x 2"],
  ["ﬁne ½ №", "fine 1/2 No"],
  ["10\u00a0€", "10 €"],
  ["soft\u00adhyphen\u200b", "softhyphen"],
  ["e\u0301", "é"],
])("%j becomes %j", (text, written) => {
  expect(transliterate(text)).toBe(written);
});

test.each(["Привет – ciao", "“Ciao” \u{1F600}", "日本"])(
  "%j stays as it is, because something of it has no counterpart",
  (text) => {
    expect(transliterate(text)).toBe(text);
  },
);

test("a text comes out in GSM-7 or unchanged, and a second time the same", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-composite", maxLength: 40 }), (text) => {
      const written = transliterate(text);
      expect(isGsmText(written) || written === text).toBe(true);
      expect(transliterate(written)).toBe(written);
    }),
  );
});
