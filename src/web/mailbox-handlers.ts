/** `/dev/mailbox`: what would have been sent, with the embedded database only and for this machine only. */
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { Tenant } from "../context.ts";
import { isId } from "../http/text-schema.ts";
import { tenantOf } from "../identity/tenant.ts";
import { findKeptMessage } from "../messages/transports/mailbox/find-kept-message.ts";
import type { KeptMessage } from "../messages/transports/mailbox/kept-message.ts";
import { listMailbox } from "../messages/transports/mailbox/list-mailbox.ts";
import { unknownTenantPage } from "./home-page.ts";
import { keptMessagePage, mailboxesPage, mailboxPage } from "./mailbox-page.ts";
import { listTenants } from "./queries.ts";
import { pageHeaders } from "./security.ts";
import type { WebContext, WebDeps, WebEnv } from "./web-env.ts";

const countMax = 50;
const loopback = /^(?:127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;

/** The mailbox's pages, to be mounted at `/dev/mailbox`. Everybody on this machine may read all of them. */
export function mailboxPages(web: WebDeps): Hono<WebEnv> {
  const pages = new Hono<WebEnv>();
  pages.use(forThisMachine);
  pages.get("/:tenant/:id/html", (c) => withMessage(c, web, (message) => answerHtml(c, message)));
  pages.use(pageHeaders);
  pages.get("/", async (c) => c.html(mailboxesPage(await tenantsOf(web))));
  pages.get("/:tenant", (c) => showMailbox(c, web));
  pages.get("/:tenant/:id", (c) =>
    withMessage(c, web, (message, { slug }) => c.html(keptMessagePage(slug, message))),
  );
  pages.get("/:tenant/:id/calendar.ics", (c) =>
    withMessage(c, web, (message) => answerCalendar(c, message)),
  );
  return pages;
}

/** In-process callers have no connection; they are this machine. */
const forThisMachine = createMiddleware<WebEnv>(async (c, next) => {
  const address = c.env.incoming?.socket.remoteAddress;
  if (address !== undefined && !loopback.test(address)) return nothingHere(c);
  return next();
});

function nothingHere(c: WebContext): Response | Promise<Response> {
  return c.html(unknownTenantPage("en"), 404);
}

async function tenantsOf(web: WebDeps): Promise<Tenant[]> {
  const rows = await web.db.inSystem((trx) => listTenants(trx), { isReadOnly: true });
  return rows.map(tenantOf);
}

async function showMailbox(c: WebContext, web: WebDeps): Promise<Response> {
  const tenant = await web.findTenant(c.req.param("tenant") ?? "");
  if (!tenant) return nothingHere(c);
  const before = c.req.query("before");
  const page = {
    before: before !== undefined && isId(before) ? before : null,
    countMax: countMax + 1,
  };
  const found = await listMailbox(web, tenant.id, page);
  const messages = found.slice(0, countMax);
  return c.html(mailboxPage(tenant.slug, { messages, hasOlder: found.length > countMax }));
}

async function withMessage(
  c: WebContext,
  web: WebDeps,
  answer: (message: KeptMessage, tenant: Tenant) => Response | Promise<Response>,
): Promise<Response> {
  const tenant = await web.findTenant(c.req.param("tenant") ?? "");
  const id = c.req.param("id") ?? "";
  const message = tenant && isId(id) ? await findKeptMessage(web, tenant.id, id) : undefined;
  return tenant && message ? answer(message, tenant) : nothingHere(c);
}

/** The e-mail itself: its own styles, and nothing that could run or be fetched. */
function answerHtml(c: WebContext, message: KeptMessage): Response | Promise<Response> {
  if (message.channel !== "email") return nothingHere(c);
  return c.body(message.email.html, 200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
  });
}

function answerCalendar(c: WebContext, message: KeptMessage): Response | Promise<Response> {
  const calendar = message.channel === "email" ? message.email.calendar : undefined;
  if (!calendar) return nothingHere(c);
  return c.body(calendar.ics, 200, { "Content-Type": "text/calendar; charset=utf-8" });
}
