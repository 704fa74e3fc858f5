import type { Language, LocalizedText, RequestContext, Tenant } from "../context.ts";
import type { WebDeps } from "./web-env.ts";
import { localeOf } from "./translate.ts";
import type { Translate } from "./translate.ts";
import { createTranslate } from "./translate.ts";
import { localizedHtml, plainText } from "./localized.ts";
import type { Html } from "./markup.ts";
import type { TimeStyle } from "./format-time.ts";

/** What every page of an administration knows while it is made. */
export interface Page {
  readonly deps: Pick<WebDeps, "db" | "vault" | "book" | "keepTime">;
  readonly context: RequestContext;
  readonly tenant: Tenant;
  readonly language: Language;
  /** BCP 47, for dates and numbers. */
  readonly locale: string;
  readonly t: Translate;
  /** Path and query below `/{language}/{tenant}`, so that the language switch keeps the place. */
  readonly here: string;
  /** Scheme and host that citizens see, without a slash at the end. */
  readonly origin: string;
}

/** Makes the page context of one request. */
export function createPage(
  options: Pick<Page, "deps" | "context" | "language" | "here" | "origin">,
): Page {
  const { tenant } = options.context;
  return {
    ...options,
    tenant,
    locale: localeOf(options.language, tenant),
    t: createTranslate(options.language, tenant),
  };
}

/** The path of another page of the same administration in the same language; `below` starts with a slash. */
export function pathTo(page: Pick<Page, "language" | "tenant">, below: string): string {
  return `/${page.language}/${page.tenant.slug}${below}`;
}

/** A text of the administration as markup, with its language stated when it is not the page's. */
export function say(page: Page, text: LocalizedText): Html {
  return localizedHtml(text, page);
}

/** A text of the administration for attributes and titles. */
export function sayPlain(page: Page, text: LocalizedText): string {
  return plainText(text, page);
}

/** Dates and times on the site's wall clock in the citizen's way of writing. */
export function timeStyle(page: Page, timeZone: string): TimeStyle {
  return { locale: page.locale, timeZone };
}
