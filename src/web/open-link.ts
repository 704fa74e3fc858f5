/** The link of a confirmation: exchanged for a cookie, so that the token is in no address afterwards. */
import type { Tenant } from "../context.ts";
import { getAppointment } from "../appointments/get-appointment.ts";
import { DomainError } from "../errors.ts";
import { parseManageToken } from "../identity/manage-token.ts";
import { setReminders } from "../reminders/opt-out/set-reminders.ts";
import { tenantOf } from "../identity/tenant.ts";
import { parseWaitlistToken } from "../identity/waitlist-token.ts";
import { getEntry } from "../waitlist/entries/get-entry.ts";
import { writeManageToken, writeWaitlistToken } from "./cookies.ts";
import { listTenants } from "./queries.ts";
import { readFields, type WebContext, type WebDeps } from "./web-env.ts";

/** Pages that links in messages lead to, below `/manage`. */
export const linkedPages = [
  "confirm",
  "cancel",
  "move",
  "reminders",
  "feedback",
  "rebook",
  "urgent",
] as const;

/**
 * `GET /m/{token}` and `/m/{token}/{page}`: sets the cookie and goes on to the appointment, or to what a message asks
 * of its citizen, in the language it was booked in. Nothing else happens, because mail scanners follow links. A link
 * that is not good leads to the start.
 */
export async function openLink(c: WebContext, web: WebDeps): Promise<Response> {
  c.header("Referrer-Policy", "no-referrer");
  const token = c.req.param("token") ?? "";
  const holder = parseManageToken(token) ? await findHolder(c, web, token) : undefined;
  if (!holder) return c.redirect("/", 303);
  writeManageToken(c, { origin: web.publicUrl }, token);
  const page = linkedPages.find((one) => one === c.req.param("page"));
  const below = page === undefined ? "/manage" : `/manage/${page}`;
  return c.redirect(`/${holder.language}/${holder.tenant.slug}${below}`, 303);
}

/**
 * `GET /w/{token}`: the link of a wish on the waitlist, and of its offers. Sets the cookie and goes on to the wish, in its
 * language; nothing else happens. A link that is not good leads to the start.
 */
export async function openWaitlistLink(c: WebContext, web: WebDeps): Promise<Response> {
  c.header("Referrer-Policy", "no-referrer");
  const token = c.req.param("token") ?? "";
  const rows = parseWaitlistToken(token)
    ? await web.db.inSystem((trx) => listTenants(trx), { isReadOnly: true })
    : [];
  for (const tenant of rows.map(tenantOf)) {
    const actor = await actorAt(web, tenant, token);
    if (actor?.kind !== "waiting") continue;
    const context = { tenant, actor, requestId: c.get("requestId"), signal: c.get("signal") };
    const { language: own } = await getEntry(web, context, actor.entryId);
    const language = tenant.languages.includes(own) ? own : tenant.defaultLanguage;
    writeWaitlistToken(c, { origin: web.publicUrl }, token);
    return c.redirect(`/${language}/${tenant.slug}/waitlist`, 303);
  }
  return c.redirect("/", 303);
}

/**
 * `POST /m/{token}/reminders`: the one click of RFC 8058 with which a mail program switches reminders off. It knows
 * neither cookies nor our pages, and says so in the form that the standard prescribes; anything else does nothing.
 */
export async function refuseReminders(c: WebContext, web: WebDeps): Promise<Response> {
  c.header("Referrer-Policy", "no-referrer");
  const token = c.req.param("token") ?? "";
  const isOneClick = (await readFields(c)).get("List-Unsubscribe") === "One-Click";
  const holder =
    isOneClick && parseManageToken(token) ? await findHolder(c, web, token) : undefined;
  if (!holder) return c.text("Not found", 404);
  await setReminders(web, holder.context, { id: holder.appointmentId, isWanted: false });
  return c.text("OK");
}

/**
 * Asks each administration whether the token is one of its own: a token does not name its tenant, and row-level
 * security lets nobody look across them. One indexed look-up each.
 */
async function findHolder(c: WebContext, web: WebDeps, token: string) {
  const rows = await web.db.inSystem((trx) => listTenants(trx), { isReadOnly: true });
  for (const tenant of rows.map(tenantOf)) {
    const actor = await actorAt(web, tenant, token);
    if (actor?.kind !== "citizen") continue;
    const context = { tenant, actor, requestId: c.get("requestId"), signal: c.get("signal") };
    const { language } = await getAppointment(web, context, actor.appointmentId);
    return {
      tenant,
      context,
      appointmentId: actor.appointmentId,
      language: tenant.languages.includes(language) ? language : tenant.defaultLanguage,
    };
  }
  return undefined;
}

async function actorAt(web: WebDeps, tenant: Tenant, token: string) {
  try {
    return await web.authenticate(tenant, `Bearer ${token}`);
  } catch (error) {
    if (error instanceof DomainError && error.problem.status === 401) return undefined;
    throw error;
  }
}
