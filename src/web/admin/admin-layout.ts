/** The frame of the administrators' pages: navigation, who is signed in, errors. */
import { html } from "hono/html";
import { assetPath } from "../assets.ts";
import {
  errorSummary,
  type FieldError,
  languageLink,
  type Notice,
  notice,
  trainingBanner,
} from "../layout.ts";
import { type Html, nothing } from "../markup.ts";
import { pathTo, say, sayPlain } from "../page.ts";
import { type AdminPage, mayDo } from "./admin-env.ts";
import { sections } from "./sections.ts";

/** One page. */
export interface AdminFrame {
  readonly title: string;
  readonly back?: { readonly href: string; readonly text: string };
  readonly errors?: readonly FieldError[];
  readonly notice?: Notice | undefined;
  readonly content: Html;
}

/** Renders a whole page; its only heading of level 1 is the frame's title. */
export function adminLayout(page: AdminPage, frame: AdminFrame): Html {
  return html`<!doctype html>
<html lang="${page.language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>${documentTitle(page, frame)}</title>
    <link rel="icon" href="${assetPath("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assetPath("styles.css")}">
    <link rel="stylesheet" href="${assetPath("admin.css")}">
  </head>
  <body class="admin">
    <a class="skip" href="#content">${page.t("skip_to_content")}</a>
    ${header(page)}
    ${page.tenant.isTraining ? trainingBanner(page) : nothing}
    ${page.staff ? navigation(page) : nothing}
    <main id="content" class="page" tabindex="-1">
      ${frame.back ? html`<a class="back" href="${frame.back.href}">${frame.back.text}</a>` : nothing}
      ${frame.errors?.length ? errorSummary(page, frame.errors) : nothing}
      ${frame.notice ? notice(frame.notice) : nothing}
      <h1>${frame.title}</h1>
      ${frame.content}
    </main>
  </body>
</html>`;
}

function documentTitle(page: AdminPage, frame: AdminFrame): string {
  const title = [frame.title, page.tell("admin"), sayPlain(page, page.tenant.name)].join(" – ");
  return frame.errors?.length ? page.t("title_with_errors", { title }) : title;
}

function header(page: AdminPage): Html {
  return html`<header class="header">
      <div class="header__inner">
        <a class="header__name" href="${pathTo(page, "/admin")}">${say(page, page.tenant.name)}
          <span class="header__what">${page.tell("admin")}</span></a>
        <nav class="languages" aria-label="${page.t("language_nav")}">
          <ul>${page.tenant.languages.map((language) => languageLink(page, language))}</ul>
        </nav>
      </div>
    </header>`;
}

function navigation(page: AdminPage): Html {
  const own = sections.filter(({ scope }) => mayDo(page, scope));
  return html`<div class="sections">
      <div class="sections__inner">
        <nav aria-label="${page.tell("sections_nav")}">
          <ul>${own.map(({ path, name }) => {
            const isHere = page.here === path || page.here.startsWith(`${path}/`);
            const current = isHere ? html` aria-current="true"` : nothing;
            return html`<li><a href="${pathTo(page, path)}"${current}>${page.tell(name)}</a></li>`;
          })}</ul>
        </nav>
        <form method="post" action="${pathTo(page, "/admin/sign-out")}">
          <button class="button button--quiet button--small" type="submit">${page.tell("sign_out")}</button>
        </form>
      </div>
    </div>`;
}
