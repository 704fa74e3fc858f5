/** The link of a confirmation: exchanged for a cookie, so that the token is in no address afterwards. */
import type { Tenant } from "../context.ts";
import { getAppointment } from "../appointments/get-appointment.ts";
import { DomainError } from "../errors.ts";
import { parseManageToken } from "../identity/manage-token.ts";
import { tenantOf } from "../identity/tenant.ts";
import { writeManageToken } from "./cookies.ts";
import { listTenants } from "./queries.ts";
import type { WebContext, WebDeps } from "./web-env.ts";

/**
 * `GET /m/{token}`: sets the cookie and goes on to the appointment, in the language it was booked in. Nothing else
 * happens, because mail scanners follow links. A link that is not good leads to the start.
 */
export async function openLink(c: WebContext, web: WebDeps): Promise<Response> {
  c.header("Referrer-Policy", "no-referrer");
  const token = c.req.param("token") ?? "";
  const holder = parseManageToken(token) ? await findHolder(c, web, token) : undefined;
  if (!holder) return c.redirect("/", 303);
  writeManageToken(c, { origin: web.publicUrl }, token);
  return c.redirect(`/${holder.language}/${holder.tenant.slug}/manage`, 303);
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
