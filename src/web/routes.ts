import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { type Language, languages } from "../context.ts";
import { isUnavailability } from "../db/faults.ts";
import { DomainError } from "../errors.ts";
import { tenantOf } from "../identity/tenant.ts";
import { adminPages } from "./admin/routes.ts";
import { accessibilityPage } from "./accessibility-page.ts";
import {
  confirmOwn,
  rateOwn,
  showPresence,
  showRating,
  showReminders,
  switchReminders,
} from "./answer-handlers.ts";
import { findAsset } from "./assets.ts";
import { holdTime, showService, showStart, showTimes } from "./choose-handlers.ts";
import { confirmBooking, showBooked, showSummary } from "./confirm-handlers.ts";
import { extendTime, saveDetails, showDetails } from "./details-handlers.ts";
import { findPage } from "./find-page.ts";
import { homePage, unknownTenantPage } from "./home-page.ts";
import {
  cancelOwn,
  downloadCalendar,
  leaveManage,
  moveAppointment,
  showCancel,
  showManage,
  showMove,
} from "./manage-handlers.ts";
import { rebookOwn, showRebook } from "./rebook-handlers.ts";
import { mailboxPages } from "./mailbox-handlers.ts";
import { mailboxPath } from "./mailbox-page.ts";
import { linkedPages, openLink, openWaitlistLink, refuseReminders } from "./open-link.ts";
import { createPage, type Page, pathTo } from "./page.ts";
import { privacyPage } from "./privacy-page.ts";
import { notFoundPage, problemPage } from "./problem-page.ts";
import { listTenants } from "./queries.ts";
import { isFromOurPages, pageHeaders } from "./security.ts";
import { chooseUrgent, showUrgent } from "./urgent-handlers.ts";
import {
  acceptOwn,
  declineOwn,
  exchangeOwn,
  joinOwn,
  showExchange,
  showJoin,
  showWaitlist,
  withdrawOwn,
} from "./waitlist-handlers.ts";
import type { WebContext, WebDeps, WebEnv } from "./web-env.ts";

/**
 * The citizens' pages of all administrations, to be mounted at the root: `/{language}/{tenant}/…`, the links
 * `/m/{token}` and `/w/{token}`, `/assets/…` and `/`. They work without scripts and hold nothing in memory.
 */
export function webPages(web: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  app.get("/", pageHeaders, (c) => answerHome(c, web));
  app.get("/assets/:name", (c) => answerAsset(c.req.path));
  app.get("/m/:token", pageHeaders, (c) => openLink(c, web));
  app.get(`/m/:token/:page{(?:${linkedPages.join("|")})}`, pageHeaders, (c) => openLink(c, web));
  app.get("/w/:token", pageHeaders, (c) => openWaitlistLink(c, web));
  app.post("/m/:token/reminders", pageHeaders, (c) => refuseReminders(c, web));
  if (web.hasMailbox) app.route(mailboxPath, mailboxPages(web));
  app.route("/", administrationPages(web));
  return app;
}

function administrationPages(web: WebDeps): Hono<WebEnv> {
  const pages = new Hono<WebEnv>();
  // Not a base path: that would take the slash off the start's address. In a group: an alternation that stands alone
  // is tried within the whole rest of the path, where the "de" of "/en/demo/" is a language too.
  const base = `/:language{(?:${languages.join("|")})}/:tenant`;
  pages.use(`${base}/*`, pageHeaders, provide(web), refuseForeignForms);
  pages.get(`${base}/`, showStart);
  pages.get(`${base}/services/:service`, showService);
  pages.get(`${base}/times`, showTimes);
  pages.post(`${base}/hold`, holdTime);
  pages.post(`${base}/hold/extend`, extendTime);
  pages.get(`${base}/details`, showDetails);
  pages.post(`${base}/details`, saveDetails);
  pages.get(`${base}/summary`, showSummary);
  pages.post(`${base}/confirm`, confirmBooking);
  pages.get(`${base}/booked`, showBooked);
  pages.get(`${base}/find`, (c) => c.html(findPage(c.get("page"))));
  pages.get(`${base}/manage`, showManage);
  pages.get(`${base}/manage/move`, showMove);
  pages.post(`${base}/manage/move`, moveAppointment);
  pages.get(`${base}/manage/rebook`, showRebook);
  pages.post(`${base}/manage/rebook`, rebookOwn);
  pages.get(`${base}/manage/cancel`, showCancel);
  pages.post(`${base}/manage/cancel`, cancelOwn);
  pages.get(`${base}/manage/urgent`, showUrgent);
  pages.post(`${base}/manage/urgent`, chooseUrgent);
  pages.get(`${base}/manage/calendar.ics`, downloadCalendar);
  pages.get(`${base}/manage/confirm`, showPresence);
  pages.post(`${base}/manage/confirm`, confirmOwn);
  pages.get(`${base}/manage/reminders`, showReminders);
  pages.post(`${base}/manage/reminders`, switchReminders);
  pages.get(`${base}/manage/feedback`, showRating);
  pages.post(`${base}/manage/feedback`, rateOwn);
  pages.post(`${base}/manage/leave`, leaveManage);
  pages.get(`${base}/waitlist`, showWaitlist);
  pages.get(`${base}/waitlist/join`, showJoin);
  pages.post(`${base}/waitlist/join`, joinOwn);
  pages.get(`${base}/waitlist/exchange`, showExchange);
  pages.post(`${base}/waitlist/exchange`, exchangeOwn);
  pages.post(`${base}/waitlist/accept`, acceptOwn);
  pages.post(`${base}/waitlist/decline`, declineOwn);
  pages.post(`${base}/waitlist/withdraw`, withdrawOwn);
  pages.get(`${base}/privacy`, (c) => c.html(privacyPage(c.get("page"))));
  pages.get(`${base}/accessibility`, (c) => c.html(accessibilityPage(c.get("page"))));
  pages.route(`${base}/admin`, adminPages());
  pages.all(`${base}/*`, (c) => c.html(notFoundPage(c.get("page")), 404));
  pages.onError(answerError);
  return pages;
}

/** Finds the administration and the language; an unknown administration is told so on a page of nobody. */
function provide(web: WebDeps) {
  return createMiddleware<WebEnv>(async (c, next) => {
    const tenant = await web.findTenant(c.req.param("tenant") ?? "");
    const asked = languages.find((language) => language === c.req.param("language"));
    if (!tenant) return c.html(unknownTenantPage(asked ?? "en"), 404);
    const language = asked ?? preferredLanguage(c, tenant);
    const here = placeOf(c, `/${language}/${tenant.slug}`);
    if (asked && !tenant.languages.includes(asked)) {
      return c.redirect(pathTo({ tenant, language: tenant.defaultLanguage }, here), 302);
    }
    if (asked && c.req.path === `/${asked}/${tenant.slug}`)
      return c.redirect(`${c.req.path}/`, 301);
    const context = {
      tenant,
      actor: { kind: "anonymous" },
      requestId: c.get("requestId"),
      signal: c.get("signal"),
    } as const;
    c.set("web", web);
    c.set("page", createPage({ deps: web, context, language, here, origin: web.publicUrl }));
    return next();
  });
}

const refuseForeignForms = createMiddleware<WebEnv>(async (c, next) => {
  if (c.req.method === "POST" && !isFromOurPages(c, c.get("web").publicUrl)) {
    const page = c.get("page");
    return c.html(problemPage(page, outsideForm(page)), 403);
  }
  return next();
});

function answerError(error: Error, c: WebContext): Response | Promise<Response> {
  const page: Page | undefined = c.get("page");
  if (!page) throw error;
  if (!(error instanceof DomainError)) {
    const isBusy = isUnavailability(error);
    c.get("web").onFault(error, page.context.requestId);
    if (isBusy) c.header("Retry-After", "10");
    return c.html(
      problemPage(page, isBusy ? refusal(page, 503) : broken(page)),
      isBusy ? 503 : 500,
    );
  }
  const { status } = error.problem;
  if (status === 404) return c.html(notFoundPage(page), 404);
  if (status === 429 || status === 503) c.header("Retry-After", "10");
  return c.html(problemPage(page, refusal(page, status)), status);
}

function refusal(page: Page, status: number) {
  const isBusy = status === 429 || status === 503 || status === 409;
  return {
    title: page.t(isBusy ? "busy_title" : "refused_page_title"),
    text: page.t(isBusy ? "busy_text" : "refused_page_text"),
    next: { href: pathTo(page, "/"), text: page.t("to_start") },
  };
}

function broken(page: Page) {
  return {
    title: page.t("broken_title"),
    text: page.t("broken_text"),
    next: { href: pathTo(page, "/"), text: page.t("to_start") },
  };
}

function outsideForm(page: Page) {
  return {
    title: page.t("outside_title"),
    text: page.t("outside_text"),
    next: { href: pathTo(page, "/"), text: page.t("to_start") },
  };
}

/** Leads to the only administration, or lists them. */
async function answerHome(c: WebContext, web: WebDeps): Promise<Response> {
  const rows = await web.db.inSystem((trx) => listTenants(trx), { isReadOnly: true });
  const tenants = rows.map(tenantOf);
  const [only] = tenants;
  if (tenants.length === 1 && only) {
    return c.redirect(pathTo({ tenant: only, language: preferredLanguage(c, only) }, "/"), 302);
  }
  return c.html(homePage(preferredLanguage(c, { languages, defaultLanguage: "en" }), tenants));
}

function answerAsset(path: string): Response {
  const asset = findAsset(path);
  if (!asset) return new Response("", { status: 404 });
  return new Response(asset.body, {
    headers: {
      "Content-Type": asset.type,
      "Cache-Control": "public, max-age=31536000, immutable",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

/** The first language of the browser that is offered. */
function preferredLanguage(
  c: WebContext,
  offered: { readonly languages: readonly Language[]; readonly defaultLanguage: Language },
): Language {
  const accepted = (c.req.header("accept-language") ?? "")
    .split(",")
    .map((part) => {
      const [tag, quality] = part.trim().split(";q=");
      return { language: tag?.slice(0, 2).toLowerCase(), quality: Number(quality ?? "1") };
    })
    .toSorted((a, b) => b.quality - a.quality);
  for (const { language } of accepted) {
    const found = offered.languages.find((one) => one === language);
    if (found) return found;
  }
  return offered.defaultLanguage;
}

/** Where the citizen is below the administration; after sending a form, which cannot be asked for again, the start. */
function placeOf(c: WebContext, prefix: string): string {
  if (c.req.method !== "GET" || !c.req.path.startsWith(`${prefix}/`)) return "/";
  return c.req.path.slice(prefix.length) + new URL(c.req.url).search;
}
