import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
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
import { addWaitlistPages } from "./waitlist/routes.ts";

/**
 * The administrators' pages, to be mounted below an administration's pages, whose middleware finds the administration
 * and refuses foreign forms. All but signing in ask for a secret key of the scope stated.
 */
export function adminPages(): Hono<AdminEnv> {
  const pages = new Hono<AdminEnv>();
  pages.get("/sign-in", showSignIn);
  pages.post("/sign-in", signIn);
  pages.post("/sign-out", signOut);
  pages.use(signedIn);
  pages.get("/", (c) => c.html(adminHomePage(c.get("admin"))));
  proposalPages(pages);
  conflictPages(pages);
  todayPages(pages);
  bulkPages(pages);
  addWaitlistPages(pages);
  pages.all("*", answerNothing);
  pages.onError(answerAdminError);
  return pages;
}

function proposalPages(pages: Hono<AdminEnv>): void {
  pages.use("/proposals/*", forScope("schedule"));
  pages.get("/proposals", showProposals);
  pages.post("/proposals", makeProposal);
  pages.get("/proposals/new", showNewProposal);
  pages.get("/proposals/:id", showProposal);
  pages.get("/proposals/:id/appointments", showConcerned);
  pages.post("/proposals/:id/apply", applyShown);
  pages.post("/proposals/:id/drop", dropShown);
}

function conflictPages(pages: Hono<AdminEnv>): void {
  pages.use("/conflicts/*", forScope("appointments"));
  pages.get("/conflicts", showConflicts);
  pages.get("/conflicts/:id", showConflict);
  pages.post("/conflicts/:id/keep", keepConflict);
  pages.post("/conflicts/:id/move", moveConflict);
  pages.post("/conflicts/:id/call", callConflict);
  pages.post("/conflicts/:id/cancel", cancelConflict);
}

function todayPages(pages: Hono<AdminEnv>): void {
  pages.use("/today/*", forScope("schedule"));
  pages.get("/today", showToday);
  pages.post("/today", previewClosing);
  pages.get("/today/:id", showClosing);
  pages.get("/today/:id/calls", forScope("appointments"), showCalls);
  pages.post("/today/:id/start", startClosing);
  pages.post("/today/:id/lift", liftClosing);
}

function bulkPages(pages: Hono<AdminEnv>): void {
  pages.use("/bulk/*", forScope("admin"));
  pages.get("/bulk", showOperations);
  pages.post("/bulk", makeOperation);
  pages.get("/bulk/new", showNewOperation);
  pages.get("/bulk/:id", showOperation);
  pages.get("/bulk/:id/items", showItems);
  pages.get("/bulk/:id/report.csv", downloadReport);
  pages.post("/bulk/:id/start", startShown);
  pages.post("/bulk/:id/pause", controlShown("pause"));
  pages.post("/bulk/:id/resume", controlShown("resume"));
  pages.post("/bulk/:id/abort", controlShown("abort"));
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
