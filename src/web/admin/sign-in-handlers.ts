/** Signing in and out at the administrators' pages. */
import { nothing } from "../markup.ts";
import { pathTo } from "../page.ts";
import { readFields } from "../web-env.ts";
import { type AdminContext, adminPageOf } from "./admin-env.ts";
import { closeSession, keyLengthMax, openSession, staffOf } from "./session.ts";
import { signInPage } from "./sign-in-page.ts";

const pageShape = /^\/admin(?:\/[\w-]{1,60}){0,4}$/;

/** `GET /admin/sign-in`. */
export function showSignIn(c: AdminContext): Response | Promise<Response> {
  const page = adminPageOf(c.get("page"), undefined);
  const isRefused = c.req.query("refused") !== undefined;
  return c.html(signInPage(page, { next: nextOf(c.req.query("next")), isRefused }));
}

/** `POST /admin/sign-in`: a good key goes into the cookie, any other leads back to the form. */
export async function signIn(c: AdminContext): Promise<Response> {
  const page = c.get("page");
  const fields = await readFields(c);
  const next = nextOf(fields.get("next") ?? undefined);
  const key = (fields.get("key") ?? "").trim();
  const isPlausible = key !== "" && key.length <= keyLengthMax;
  if (!isPlausible || !(await staffOf(c.get("web"), page, key))) {
    const query = new URLSearchParams({ refused: "1", ...(next ? { next } : {}) });
    return c.redirect(pathTo(page, `/admin/sign-in?${query.toString()}`), 303);
  }
  openSession(c, page, key);
  return c.redirect(pathTo(page, next || "/admin"), 303);
}

/** `POST /admin/sign-out`. */
export function signOut(c: AdminContext): Response {
  const page = c.get("page");
  closeSession(c, page);
  return c.redirect(pathTo(page, "/admin/sign-in"), 303);
}

/** A page of ours to go on to after signing in; nothing else, so that no link leads away through this form. */
function nextOf(asked: string | undefined): string {
  return asked !== undefined && pageShape.test(asked) ? asked : nothing;
}
