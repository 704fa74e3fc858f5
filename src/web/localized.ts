/** Texts an administration wrote, which may be missing in the citizen's language. */
import { html } from "hono/html";
import type { Language, LocalizedText, Tenant } from "../context.ts";
import { languages } from "../context.ts";
import type { Html } from "./markup.ts";
import { nothing } from "./markup.ts";

/** Whose language is wanted, and what to fall back to. */
export interface Reader {
  readonly language: Language;
  readonly tenant: Pick<Tenant, "defaultLanguage">;
}

/** Chooses the citizen's language, else the administration's own, else any that is there; undefined when empty. */
function pickText(
  text: LocalizedText,
  { language, tenant }: Reader,
): { readonly text: string; readonly language: Language } | undefined {
  for (const wanted of [language, tenant.defaultLanguage, ...languages]) {
    const found = text[wanted];
    if (found) return { text: found, language: wanted };
  }
  return undefined;
}

/** The text alone, for attributes, titles and files; empty when there is none. */
export function plainText(text: LocalizedText, reader: Reader): string {
  return pickText(text, reader)?.text ?? nothing;
}

/** The text as markup, with its language stated when it is not the page's. */
export function localizedHtml(text: LocalizedText, reader: Reader): Html {
  const found = pickText(text, reader);
  if (!found) return html``;
  return found.language === reader.language
    ? html`${found.text}`
    : html`<span lang="${found.language}">${found.text}</span>`;
}
