/** Pages for what went wrong: not found, too busy, expired, from another site. */
import { html } from "hono/html";
import { layout, phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo } from "./page.ts";

/** What happened and what to do next. */
export interface Problem {
  readonly title: string;
  readonly text: string;
  readonly next: { readonly href: string; readonly text: string };
}

/** Renders the problem, the next step and the telephone number. */
export function problemPage(page: Page, problem: Problem): Html {
  const { phone } = page.tenant.contact;
  return layout(page, {
    title: problem.title,
    content: html`<p class="lead">${problem.text}</p>
      <p><a class="button" href="${problem.next.href}">${problem.next.text}</a></p>
      ${phone ? html`<p>${page.t("problem_call")} ${phoneLink(phone)}</p>` : nothing}`,
  });
}

/** Nothing is at this address, or it belongs to somebody else: both look the same. */
export function notFoundPage(page: Page): Html {
  return problemPage(page, {
    title: page.t("not_found_title"),
    text: page.t("not_found_text"),
    next: { href: pathTo(page, "/"), text: page.t("to_start") },
  });
}
