import { createMiddleware } from "hono/factory";
import type { Scope } from "../../context.ts";
import { type AdminEnv, mayDo } from "./admin-env.ts";
import { adminProblemPage } from "./problem-page.ts";

/** Lets only keys with the scope see what follows; tells the others why not. */
export function forScope(scope: Scope) {
  return createMiddleware<AdminEnv>(async (c, next) => {
    const page = c.get("admin");
    if (mayDo(page, scope)) return next();
    const problem = { title: page.tell("not_allowed_title"), text: page.tell("not_allowed_text") };
    return c.html(adminProblemPage(page, problem), 403);
  });
}
