import { z } from "@hono/zod-openapi";
import type { Page } from "../catalog/pages.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { decodeCursor, encodeCursor } from "../http/request-schema.ts";
import {
  normaliseEmail,
  normaliseName,
  normalisePhone,
  normaliseTaxCode,
} from "../identity/person-keys.ts";
import { resolveNames } from "../slots/rules/resolve-names.ts";
import type { AppointmentStatus } from "./appointment.ts";
import { appointmentView, openAppointment, serviceIdsOf } from "./appointment-view.ts";
import { type AppointmentFilter, type AppointmentRow, listAppointmentRows } from "./queries.ts";
import type { Lookup, LookupKind } from "./rows/queries.ts";
import { listTerms } from "./terms/queries.ts";
import { readReference } from "./reference.ts";
import type { AppointmentView } from "./schema.ts";

/** Appointments on a page at most: each is opened with the tenant's key. */
export const listLimitMax = 100;

/** What staff know of the appointments they look for; all parts given must hold. */
export interface ListAppointments {
  /** Id or code. */
  readonly site?: string | undefined;
  readonly date?: string | undefined;
  readonly status?: AppointmentStatus | undefined;
  /** As people say it: any case, hyphen or not. */
  readonly reference?: string | undefined;
  /** A surname, or the whole name. */
  readonly name?: string | undefined;
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
  readonly taxCode?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/**
 * Finds appointments by day, reference or keyed hash, by start. Contacts are never searched in the clear.
 * Throws `not-found` for an unknown site and `invalid-request` for a foreign cursor.
 */
export async function listAppointments(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: ListAppointments,
): Promise<Page<AppointmentView>> {
  const tenantId = context.tenant.id;
  const limit = Math.min(wish.limit ?? 50, listLimitMax);
  const reference =
    wish.reference === undefined ? undefined : (readReference(wish.reference) ?? "none");
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const rows = await listAppointmentRows(trx, tenantId, {
        siteId:
          wish.site &&
          (await resolveNames(trx, tenantId, { services: [], site: wish.site })).siteId,
        date: wish.date,
        status: wish.status,
        reference,
        lookup: lookupOf(deps, context, wish),
        after: wish.cursor === undefined ? undefined : decodeCursor(wish.cursor, cursorKey),
        limit: limit + 1,
      } satisfies AppointmentFilter);
      return pageOf(
        await viewsOf(trx, deps, { tenantId, rows: rows.slice(0, limit) }),
        rows.length > limit,
      );
    },
    { isReadOnly: true, signal: context.signal },
  );
}

/** The most telling look-up given: one person has one tax code, many share a surname. */
function lookupOf(
  { vault }: Pick<Deps, "vault">,
  { tenant }: RequestContext,
  wish: ListAppointments,
): Lookup | undefined {
  const values: (readonly [LookupKind, string | undefined])[] = [
    ["tax_code", wish.taxCode && normaliseTaxCode(wish.taxCode)],
    ["email", wish.email && (normaliseEmail(wish.email) ?? "none")],
    ["phone", wish.phone && (normalisePhone(wish.phone, tenant.holidayCountry) ?? "none")],
    ["surname", wish.name && normaliseName(wish.name)],
  ];
  const given = values.find(([, value]) => value !== undefined);
  if (given?.[1] === undefined) return undefined;
  return { kind: given[0], hash: vault.fingerprint(tenant.id, `lookup/${given[0]}`, given[1]) };
}

async function viewsOf(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, rows }: { tenantId: string; rows: readonly AppointmentRow[] },
): Promise<AppointmentView[]> {
  const terms = await listTerms(trx, tenantId, [...new Set(rows.flatMap(serviceIdsOf))]);
  return rows.map((row) => {
    const own = serviceIdsOf(row).flatMap((id) => terms.find((one) => one.id === id) ?? []);
    return appointmentView(openAppointment(deps, { tenantId, row, terms: own }));
  });
}

function pageOf(items: AppointmentView[], hasNext: boolean): Page<AppointmentView> {
  const last = items.at(-1);
  return { items, next_cursor: hasNext && last ? encodeCursor([last.starts_at, last.id]) : null };
}
