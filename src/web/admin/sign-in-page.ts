import { html } from "hono/html";
import { hiddenControl, textControl } from "../controls.ts";
import { type Html, nothing } from "../markup.ts";
import { pathTo } from "../page.ts";
import type { AdminPage } from "./admin-env.ts";
import { adminLayout } from "./admin-layout.ts";
import { keyLengthMax } from "./session.ts";

/** Renders the form in which the key is stated; `next` is the page that was asked for. */
export function signInPage(
  page: AdminPage,
  { next, isRefused }: { readonly next: string; readonly isRefused: boolean },
): Html {
  const error = isRefused ? page.tell("key_wrong") : undefined;
  return adminLayout(page, {
    title: page.tell("sign_in_title"),
    errors: error === undefined ? [] : [{ field: "key", text: error }],
    content: html`<form method="post" novalidate action="${pathTo(page, "/admin/sign-in")}">
        ${next === nothing ? nothing : hiddenControl("next", next)}
        ${textControl(page, {
          name: "key",
          label: page.tell("key_label"),
          hint: page.tell("key_hint"),
          error,
          value: nothing,
          isRequired: true,
          type: "password",
          autocomplete: "off",
          maxLength: keyLengthMax,
        })}
        <div class="actions"><button class="button" type="submit">${page.tell("sign_in")}</button></div>
      </form>`,
  });
}
