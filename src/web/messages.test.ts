import { globSync, readFileSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { type Language, languages } from "../context.ts";
import { catalogues, createTranslate } from "./translate.ts";

const source: Language = "it";
const keys = Object.keys(catalogues[source]);
const others = languages.filter((language) => language !== source);

test.each(others)(
  "the catalogue %s has the same keys as the Italian one, in the same order",
  (language) => {
    expect(Object.keys(catalogues[language])).toEqual(keys);
  },
);

test.each(others)("the texts in %s have the same placeholders as the Italian ones", (language) => {
  const different = keys.filter((key) => {
    const wanted = placeholdersOf(source, key);
    return (
      placeholdersOf(language, key).join() !== wanted.join() && !isNounOnly(language, key, wanted)
    );
  });
  expect(different).toEqual([]);
});

test("every text is used by some page", () => {
  const code = globSync("src/web/*.ts")
    .filter((path) => !path.endsWith(".test.ts"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  expect(keys.filter((key) => !code.includes(`"${key}"`))).toEqual([]);
});

test("no text names the product, whose name is the Italian word for a desk", () => {
  const naming = languages.flatMap((language) =>
    Object.entries(catalogues[language]).filter(([, text]) => /sportello/i.test(text)),
  );
  expect(naming).toEqual([]);
});

test("South Tyrol says Vormerkung for a booking, other German-speaking administrations Reservierung", () => {
  const titleIn = (holidayCountry: string, noun: string): string =>
    createTranslate("de", { holidayCountry })("manage_title", { noun });
  expect(titleIn("IT", "booking")).toBe("Ihre Vormerkung");
  expect(titleIn("AT", "booking")).toBe("Ihre Reservierung");
  expect(titleIn("IT", "appointment")).toBe("Ihr Termin");
});

test.each([
  ["it", 0, 1, "1 minuto"],
  ["it", 1, 0, "1 ora"],
  ["de", 2, 15, "2 Stunden und 15 Minuten"],
  ["fr", 1, 30, "1 heure et 30 minutes"],
  ["en", 0, 45, "45 minutes"],
] as const)("a duration in %s of %i h %i min reads %s", (...[language, hours, minutes, text]) => {
  expect(createTranslate(language, { holidayCountry: "IT" })("duration", { hours, minutes })).toBe(
    text,
  );
});

/** A language may distinguish appointment and booking where Italian has one word for both. */
function isNounOnly(language: Language, key: string, wanted: readonly string[]): boolean {
  return (
    placeholdersOf(language, key)
      .filter((name) => name !== "noun")
      .join() === wanted.join()
  );
}

function placeholdersOf(language: Language, key: string): string[] {
  const texts = new Map(Object.entries(catalogues[language]));
  const ast = new IntlMessageFormat(texts.get(key) ?? "", language, undefined, {
    ignoreTag: true,
  }).getAst();
  return [...new Set(namesIn(ast))].toSorted();
}

function namesIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(namesIn);
  if (typeof part !== "object" || part === null) return [];
  const own =
    "value" in part && "type" in part && part.type !== 0 && typeof part.value === "string"
      ? [part.value]
      : [];
  const inner = "options" in part ? Object.values(part.options ?? {}).flatMap(namesIn) : [];
  const nested = "value" in part && typeof part.value !== "string" ? namesIn(part.value) : [];
  return [...own, ...inner, ...nested];
}

test("French signs do not begin a line", () => {
  const t = createTranslate("fr", { holidayCountry: "FR" });
  expect(t("call_title")).toBe("Vous préférez parler à quelqu’un\u00a0?");
});
