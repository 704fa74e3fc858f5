import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { Scope } from "../../context.ts";
import { isUnavailability } from "../../db/faults.ts";
import { DomainError } from "../../errors.ts";
import { pathTo } from "../page.ts";
import { type AdminContext, type AdminEnv, adminPageOf } from "./admin-env.ts";
import {
  controlShown,
  downloadReport,
  makeOperation,
  showItems,
  showNewOperation,
  showOperation,
  showOperations,
  startShown,
} from "./bulk/handlers.ts";
import {
  returnOffer,
  returnTask,
  settleOfferOutcome,
  settleTask,
  showCallList,
  showOfferCall,
  showTaskCall,
  takeNext,
  takeOffer,
  takeTask,
} from "./calls/handlers.ts";
import {
  callConflict,
  cancelConflict,
  keepConflict,
  moveConflict,
  showConflict,
  showConflicts,
} from "./conflicts/handlers.ts";
import { forScope } from "./for-scope.ts";
import { adminHomePage } from "./home-page.ts";
import { adminProblemPage } from "./problem-page.ts";
import {
  applyShown,
  dropShown,
  showConcerned,
  showProposal,
  showProposals,
} from "./proposals/handlers.ts";
import { makeProposal, showNewProposal } from "./proposals/new-handlers.ts";
import { sections } from "./sections.ts";
import { findStaff } from "./session.ts";
import { showSignIn, signIn, signOut } from "./sign-in-handlers.ts";
import {
  liftClosing,
  previewClosing,
  showCalls,
  showClosing,
  showToday,
  startClosing,
} from "./today/handlers.ts";
import { changeSettings, showWaitlist, showWaitlists, withdrawShown } from "./waitlist/handlers.ts";
import { addEntry, showNewEntry } from "./waitlist/new-handlers.ts";

/** A page or an action: its method, its address below `/admin`, what answers, and what else the key must permit. */
type AdminRoute = readonly [
  method: "GET" | "POST",
  path: string,
  answer: (c: AdminContext) => Response | Promise<Response>,
  scope?: Scope,
];

/** All pages behind the sign-in. Who may see the pages of a part stands in `sections.ts`. */
const routes: readonly AdminRoute[] = [
  ["GET", "/", (c) => c.html(adminHomePage(c.get("admin")))],

  ["GET", "/today", showToday],
  ["POST", "/today", previewClosing],
  ["GET", "/today/:id", showClosing],
  ["GET", "/today/:id/calls", showCalls, "appointments"],
  ["POST", "/today/:id/start", startClosing],
  ["POST", "/today/:id/lift", liftClosing],

  ["GET", "/calls", showCallList],
  ["POST", "/calls/next", takeNext],
  ["GET", "/calls/task/:id", showTaskCall],
  ["POST", "/calls/task/:id/take", takeTask],
  ["POST", "/calls/task/:id/return", returnTask],
  ["POST", "/calls/task/:id", settleTask],
  ["GET", "/calls/offer/:id", showOfferCall],
  ["POST", "/calls/offer/:id/take", takeOffer],
  ["POST", "/calls/offer/:id/return", returnOffer],
  ["POST", "/calls/offer/:id", settleOfferOutcome],

  ["GET", "/proposals", showProposals],
  ["POST", "/proposals", makeProposal],
  ["GET", "/proposals/new", showNewProposal],
  ["GET", "/proposals/:id", showProposal],
  ["GET", "/proposals/:id/appointments", showConcerned],
  ["POST", "/proposals/:id/apply", applyShown],
  ["POST", "/proposals/:id/drop", dropShown],

  ["GET", "/conflicts", showConflicts],
  ["GET", "/conflicts/:id", showConflict],
  ["POST", "/conflicts/:id/keep", keepConflict],
  ["POST", "/conflicts/:id/move", moveConflict],
  ["POST", "/conflicts/:id/call", callConflict],
  ["POST", "/conflicts/:id/cancel", cancelConflict],

  ["GET", "/waitlist", showWaitlists],
  ["GET", "/waitlist/:service", showWaitlist],
  ["POST", "/waitlist/:service/settings", changeSettings, "admin"],
  ["GET", "/waitlist/:service/new", showNewEntry],
  ["POST", "/waitlist/:service/new", addEntry],
  ["POST", "/waitlist/:service/entries/:id/withdraw", withdrawShown],

  ["GET", "/bulk", showOperations],
  ["POST", "/bulk", makeOperation],
  ["GET", "/bulk/new", showNewOperation],
  ["GET", "/bulk/:id", showOperation],
  ["GET", "/bulk/:id/items", showItems],
  ["GET", "/bulk/:id/report.csv", downloadReport],
  ["POST", "/bulk/:id/start", startShown],
  ["POST", "/bulk/:id/pause", controlShown("pause")],
  ["POST", "/bulk/:id/resume", controlShown("resume")],
  ["POST", "/bulk/:id/abort", controlShown("abort")],
];

/**
 * The administrators' pages, to be mounted below an administration's pages, whose middleware finds the administration
 * and refuses foreign forms. All but signing in ask for a secret key of the part's scope.
 */
export function adminPages(): Hono<AdminEnv> {
  const pages = new Hono<AdminEnv>();
  pages.get("/sign-in", showSignIn);
  pages.post("/sign-in", signIn);
  pages.post("/sign-out", signOut);
  pages.use(signedIn);
  for (const [method, path, answer, scope] of routes) {
    if (path !== "/") pages.on(method, path, forScope(scopeOf(path)));
    if (scope) pages.on(method, path, forScope(scope));
    pages.on(method, path, answer);
  }
  pages.all("*", answerNothing);
  pages.onError(answerAdminError);
  return pages;
}

/** Throws for a page that belongs to no part, so that none is open by mistake. */
function scopeOf(path: string): Scope {
  const section = sections.find((one) => `/admin${path}/`.startsWith(`${one.path}/`));
  if (!section) throw new Error(`No section of the administrators' pages holds ${path}`);
  return section.scope;
}

/** Who is not signed in is asked to, and comes back to where he wanted to be. */
const signedIn = createMiddleware<AdminEnv>(async (c, next) => {
  const page = c.get("page");
  const staff = await findStaff(c, c.get("web"), page);
  if (!staff) {
    const wanted = c.req.method === "GET" ? (page.here.split("?")[0] ?? "/admin") : "/admin";
    const query = new URLSearchParams({ next: wanted }).toString();
    return c.redirect(pathTo(page, `/admin/sign-in?${query}`), 303);
  }
  c.set("admin", adminPageOf(page, staff));
  return next();
});

function answerNothing(c: AdminContext): Response | Promise<Response> {
  const page = c.get("admin");
  const problem = { title: page.t("not_found_title"), text: page.tell("not_found_text") };
  return c.html(adminProblemPage(page, problem), 404);
}

function answerAdminError(error: Error, c: AdminContext): Response | Promise<Response> {
  const page = c.get("admin");
  if (!page) throw error;
  if (error instanceof DomainError && error.problem.status === 404) return answerNothing(c);
  const isBusy =
    isUnavailability(error) ||
    (error instanceof DomainError && [429, 503].includes(error.problem.status));
  if (isBusy) c.header("Retry-After", "10");
  if (!isBusy && error instanceof DomainError) {
    const problem = { title: page.t("refused_page_title"), text: error.message };
    return c.html(adminProblemPage(page, problem), error.problem.status);
  }
  c.get("web").onFault(error, page.context.requestId);
  const problem = isBusy
    ? { title: page.t("busy_title"), text: page.t("busy_text") }
    : { title: page.t("broken_title"), text: page.t("broken_text") };
  return c.html(adminProblemPage(page, problem), isBusy ? 503 : 500);
}
