/** Texts of the pages in the citizen's language: ICU messages from the catalogues, parsed once. */
import { IntlMessageFormat } from "intl-messageformat";
import type { Language, Tenant } from "../context.ts";
import { deMessages } from "./messages/de.ts";
import { enMessages } from "./messages/en.ts";
import { frMessages } from "./messages/fr.ts";
import { itMessages } from "./messages/it.ts";

/** The name of a text; the Italian catalogue is where keys are added first. */
export type MessageKey = keyof typeof itMessages;

/** A catalogue has every key, so a missing translation does not compile. */
export type Catalogue = Readonly<Record<MessageKey, string>>;

/** What may stand in a message's placeholders. */
export type MessageValues = Readonly<Record<string, string | number>>;

/** Returns the text of a key with its placeholders filled in. Plain text: the template escapes it. */
export type Translate = (key: MessageKey, values?: MessageValues) => string;

/** All catalogues, for the translator and for the test that compares them. */
export const catalogues: Readonly<Record<Language, Catalogue>> = {
  it: itMessages,
  de: deMessages,
  fr: frMessages,
  en: enMessages,
};

/** Makes the translators of pages in a language for an administration. */
type TranslateFor<Key extends string> = (
  language: Language,
  tenant: Pick<Tenant, "holidayCountry">,
) => (key: Key, values?: MessageValues) => string;

/** Makes the translator of a page. */
export const createTranslate: TranslateFor<MessageKey> = translatorOf(catalogues);

/**
 * Makes the translators of some catalogues, which parse each message once. South Tyrol calls a booking *Vormerkung*,
 * so German pages of administrations in Italy say that where the messages choose by `{noun}`.
 */
export function translatorOf<Key extends string>(
  texts: Readonly<Record<Language, Readonly<Record<Key, string>>>>,
): TranslateFor<Key> {
  const parsed = new Map<string, IntlMessageFormat>();
  const messageOf = (language: Language, key: Key): IntlMessageFormat => {
    const name = `${language}/${key}`;
    const known = parsed.get(name);
    if (known) return known;
    const text = texts[language][key];
    const pattern = language === "fr" ? keepSigns(text) : text;
    const message = new IntlMessageFormat(pattern, language, undefined, { ignoreTag: true });
    parsed.set(name, message);
    return message;
  };
  return (language, tenant) => {
    const isSouthTyrolean = language === "de" && tenant.holidayCountry === "IT";
    return (key, values = {}) => {
      const regional =
        isSouthTyrolean && values["noun"] === "booking"
          ? { ...values, noun: "vormerkung" }
          : values;
      return textOf(messageOf(language, key).format(regional));
    };
  };
}

/** The locale for dates and numbers: British conventions for English, the administration's country otherwise. */
export function localeOf(language: Language, tenant: Pick<Tenant, "holidayCountry">): string {
  return language === "en" ? "en-GB" : `${language}-${tenant.holidayCountry}`;
}

/** French puts a space before these signs, at which no line may break. */
function keepSigns(text: string): string {
  return text.replaceAll(/ (?=[;:!?])/gu, "\u00a0");
}

/** Messages hold no rich-text placeholders, so formatting them gives a string. */
function textOf(formatted: unknown): string {
  if (typeof formatted !== "string") throw new TypeError("A message must format to text");
  return formatted;
}
