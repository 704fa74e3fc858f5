import type { html } from "hono/html";

/** Escaped HTML, as the `html` tag returns it. Every other value put into a template is escaped. */
export type Html = ReturnType<typeof html>;

/** No markup. */
export const nothing = "";

/** A boolean attribute such as `checked`: its name, or nothing. */
export function flag(
  name: "checked" | "selected" | "required" | "open" | "hidden",
  isSet: boolean,
): string {
  return isSet ? name : nothing;
}
