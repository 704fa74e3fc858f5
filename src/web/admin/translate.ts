/** Texts of the administrators' pages, in the same four languages. */
import type { Language } from "../../context.ts";
import { translatorOf } from "../translate.ts";
import { deAdminMessages } from "./messages/de.ts";
import { enAdminMessages } from "./messages/en.ts";
import { frAdminMessages } from "./messages/fr.ts";
import { itAdminMessages } from "./messages/it.ts";

/** The name of a text; the Italian catalogue is where keys are added first. */
export type AdminMessageKey = keyof typeof itAdminMessages;

/** A catalogue has every key, so a missing translation does not compile. */
export const adminCatalogues: Readonly<
  Record<Language, Readonly<Record<AdminMessageKey, string>>>
> = {
  it: itAdminMessages,
  de: deAdminMessages,
  fr: frAdminMessages,
  en: enAdminMessages,
};

/** Makes the translator of an administrators' page. */
export const createAdminTranslate: ReturnType<typeof translatorOf<AdminMessageKey>> =
  translatorOf(adminCatalogues);

/** Returns the text of a key with its placeholders filled in. Plain text: the template escapes it. */
export type AdminTranslate = ReturnType<typeof createAdminTranslate>;
