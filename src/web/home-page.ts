/** The list of administrations of an installation, where there is more than one. */
import { html } from "hono/html";
import type { Language, Tenant } from "../context.ts";
import { assetPath } from "./assets.ts";
import { localizedHtml } from "./localized.ts";
import type { Html } from "./markup.ts";
import { createTranslate } from "./translate.ts";

/** Renders the links to the administrations' own pages; it has no name and no colours of its own. */
export function homePage(language: Language, tenants: readonly Tenant[]): Html {
  const t = createTranslate(language, { holidayCountry: "IT" });
  return html`<!doctype html>
<html lang="${language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${t("home_title")}</title>
    <link rel="icon" href="${assetPath("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assetPath("styles.css")}">
  </head>
  <body>
    <main class="page">
      <h1>${t("home_title")}</h1>
      <ul class="choices">${tenants.map((tenant) => {
        const reader = { language, tenant };
        const target = tenant.languages.includes(language) ? language : tenant.defaultLanguage;
        return html`<li><a class="choice" href="/${target}/${tenant.slug}/"><span class="choice__name">${localizedHtml(tenant.name, reader)}</span></a></li>`;
      })}</ul>
    </main>
  </body>
</html>`;
}
