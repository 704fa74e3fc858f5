/** Pages of no administration: the list of them, where there is more than one, and that there is none of a name. */
import { html } from "hono/html";
import type { Language, Tenant } from "../context.ts";
import { assetPath } from "./assets.ts";
import { localizedHtml } from "./localized.ts";
import type { Html } from "./markup.ts";
import { createTranslate, type MessageKey, type Translate } from "./translate.ts";

/** Renders the links to the administrations' own pages. */
export function homePage(language: Language, tenants: readonly Tenant[]): Html {
  const choices = tenants.map((tenant) => {
    const reader = { language, tenant };
    const target = tenant.languages.includes(language) ? language : tenant.defaultLanguage;
    return html`<li><a class="choice" href="/${target}/${tenant.slug}/"><span class="choice__name">${localizedHtml(tenant.name, reader)}</span></a></li>`;
  });
  return neutralPage(language, "home_title", html`<ul class="choices">${choices}</ul>`);
}

/** No administration has that name: says so and leads to those that there are. */
export function unknownTenantPage(language: Language): Html {
  const t = translatorOf(language);
  return neutralPage(
    language,
    "not_found_title",
    html`<p class="lead">${t("not_found_text")}</p>
      <p><a class="button" href="/">${t("to_start")}</a></p>`,
  );
}

/** German words for bookings differ by country, but nothing here speaks of bookings. */
function translatorOf(language: Language): Translate {
  return createTranslate(language, { holidayCountry: "IT" });
}

/** The frame of a page that has no name and no colours of its own. */
function neutralPage(language: Language, titleKey: MessageKey, content: Html): Html {
  const title = translatorOf(language)(titleKey);
  return html`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="${assetPath("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assetPath("styles.css")}">
  </head>
  <body>
    <main class="page">
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>`;
}
