import { expect, test } from "vitest";
import { languages } from "../context.ts";
import { spellReference } from "./spelling.ts";

test("letters become words, digits stay, separators are not said", () => {
  expect(spellReference("tr7-b", "it")).toBe("Torino – Roma – 7 – Bologna");
});

test.each(languages)("every letter has a word of its own in %s", (language) => {
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const words = letters.map((letter) => spellReference(letter, language));
  expect(new Set(words).size).toBe(26);
  words.forEach((word, i) => expect(word.charAt(0)).toBe(letters[i]));
});
