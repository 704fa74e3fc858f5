import type { Context } from "hono";
import type { Actor, Scope } from "../../context.ts";
import type { Page } from "../page.ts";
import type { WebEnv } from "../web-env.ts";
import { type AdminTranslate, createAdminTranslate } from "./translate.ts";

/** Who is signed in. */
export type Staff = Extract<Actor, { kind: "staff" }>;

/** What every page for administrators knows while it is made; its context acts as whoever is signed in. */
export interface AdminPage extends Page {
  /** Texts of these pages; `t` says what the citizens' pages say too. */
  readonly tell: AdminTranslate;
  /** Undefined before signing in. */
  readonly staff: Staff | undefined;
}

/** What a handler of these pages finds besides the request's own. */
export interface AdminEnv {
  Bindings: WebEnv["Bindings"];
  Variables: WebEnv["Variables"] & { admin: AdminPage };
}

export type AdminContext = Context<AdminEnv>;

/** A page for administrators from the page of their administration. */
export function adminPageOf(page: Page, staff: Staff | undefined): AdminPage {
  return {
    ...page,
    context: staff ? { ...page.context, actor: staff } : page.context,
    tell: createAdminTranslate(page.language, page.tenant),
    staff,
  };
}

/** Whether whoever is signed in may do what needs a scope. */
export function mayDo({ staff }: AdminPage, scope: Scope): boolean {
  return staff !== undefined && (staff.scopes.includes(scope) || staff.scopes.includes("admin"));
}
