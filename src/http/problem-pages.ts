import { Hono } from "hono";
import { html } from "hono/html";
import { DomainError, notFound } from "../errors.ts";
import type { AppEnv } from "./app-env.ts";
import type { HttpProblemType } from "./problem-types.ts";
import { referencePage } from "./reference-layout.ts";

/** Pages to which the `type` of every problem resolves. Throws when two problems share a slug. */
export function problemPages(problems: readonly HttpProblemType[]): Hono<AppEnv> {
  const bySlug = new Map(problems.map((problem) => [problem.slug, problem]));
  if (bySlug.size !== new Set(problems).size) throw new Error("Two problem types share a slug");
  const sorted = [...bySlug.values()].toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
  const pages = new Hono<AppEnv>();
  pages.get("/", (c) => {
    const items = sorted.map(
      ({ slug, status, title }) =>
        html`<li><a href="/problems/${slug}"><code>${slug}</code></a> (${status}): ${title}</li>`,
    );
    return referencePage(c, "Problems", html`<ul>${items}</ul>`);
  });
  pages.get("/:slug", (c) => {
    const problem = bySlug.get(c.req.param("slug"));
    if (!problem) throw new DomainError(notFound, "There is no problem of this name.");
    const content = html`<p>Status ${problem.status}, <code>${problem.slug}</code></p>
<h2>What to do</h2>
<p>${problem.advice}</p>
<p><a href="/problems">All problems</a> · <a href="/docs">Reference</a></p>`;
    return referencePage(c, problem.title, content);
  });
  return pages;
}
