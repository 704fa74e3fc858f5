import { globSync, readFileSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { describe, expect, test } from "vitest";
import { type Language, languages } from "../context.ts";
import { adminCatalogues } from "./admin/translate.ts";
import { catalogues, createTranslate } from "./translate.ts";

const source: Language = "it";
const others = languages.filter((language) => language !== source);

type Texts = Readonly<Record<Language, Readonly<Record<string, string>>>>;

/** The catalogues, and the files whose pages speak by them. */
const pages: readonly { name: string; texts: Texts; files: string }[] = [
  { name: "citizens", texts: catalogues, files: "src/web/*.ts" },
  { name: "administrators", texts: adminCatalogues, files: "src/web/admin/**/*.ts" },
];

describe.each(pages)("the pages for $name", ({ texts, files }) => {
  const keys = Object.keys(texts[source]);

  test.each(others)("have the same keys in %s as in Italian, in the same order", (language) => {
    expect(Object.keys(texts[language])).toEqual(keys);
  });

  test.each(others)("have the same placeholders in %s as in Italian", (language) => {
    const different = keys.filter((key) => {
      const wanted = placeholdersOf(texts, source, key);
      const found = placeholdersOf(texts, language, key);
      return found.join() !== wanted.join() && !isNounOnly(found, wanted);
    });
    expect(different).toEqual([]);
  });

  test("use every text", () => {
    const code = globSync(files)
      .filter((path) => !path.endsWith(".test.ts") && !path.includes("/messages/"))
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    expect(keys.filter((key) => !code.includes(`"${key}"`))).toEqual([]);
  });

  test("never name the product, whose name is the Italian word for a desk", () => {
    const naming = languages.flatMap((language) =>
      Object.entries(texts[language]).filter(([, text]) => /sportello/i.test(text)),
    );
    expect(naming).toEqual([]);
  });
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
function isNounOnly(found: readonly string[], wanted: readonly string[]): boolean {
  return found.filter((name) => name !== "noun").join() === wanted.join();
}

function placeholdersOf(texts: Texts, language: Language, key: string): string[] {
  const pattern = texts[language][key] ?? "";
  const ast = new IntlMessageFormat(pattern, language, undefined, { ignoreTag: true }).getAst();
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
