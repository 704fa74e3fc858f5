import { type Language, languages } from "../../context.ts";

/** Texts by language; undefined where there is none. */
type Texts = Readonly<Partial<Record<Language, string>>>;

/**
 * The text for a reader: in his language, else in the administration's, else in the first of Italian, German, French and
 * English that there is. Undefined when there is none at all. Pure.
 */
export function textFor(
  texts: Texts,
  {
    language,
    defaultLanguage,
  }: { readonly language: Language; readonly defaultLanguage: Language },
): string | undefined {
  const order = [language, defaultLanguage, ...languages];
  return order.map((one) => texts[one]).find((text) => text !== undefined);
}
