import { html } from "hono/html";
import { type Html } from "../markup.ts";
import { pathTo } from "../page.ts";
import { type AdminPage, mayDo } from "./admin-env.ts";
import { adminLayout } from "./admin-layout.ts";
import { sections } from "./sections.ts";

/** Renders what this key may do. */
export function adminHomePage(page: AdminPage): Html {
  const own = sections.filter(({ scope }) => mayDo(page, scope));
  return adminLayout(page, {
    title: page.tell("overview"),
    content:
      own.length === 0
        ? html`<p>${page.tell("no_sections")}</p>`
        : html`<ul class="choices">${own.map(
            ({ path, name, about }) => html`<li>
              <a class="choice" href="${pathTo(page, path)}">
                <span class="choice__name">${page.tell(name)}</span>
                <span class="choice__text">${page.tell(about)}</span>
              </a>
            </li>`,
          )}</ul>`,
  });
}
