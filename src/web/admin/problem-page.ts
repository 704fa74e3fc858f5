import { html } from "hono/html";
import type { Html } from "../markup.ts";
import { pathTo } from "../page.ts";
import type { AdminPage } from "./admin-env.ts";
import { adminLayout } from "./admin-layout.ts";

/** Renders what went wrong and the way on. */
export function adminProblemPage(
  page: AdminPage,
  { title, text }: { readonly title: string; readonly text: string },
): Html {
  return adminLayout(page, {
    title,
    content: html`<p class="lead">${text}</p>
      <p><a class="button" href="${pathTo(page, "/admin")}">${page.tell("to_overview")}</a></p>`,
  });
}
