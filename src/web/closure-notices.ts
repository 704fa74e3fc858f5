/** What was closed at once today, on the pages of its sites and services while it lasts. */
import { html } from "hono/html";
import { listNotices } from "../bulk/today/list-notices.ts";
import type { NoticeRow } from "../bulk/today/place-queries.ts";
import type { Site } from "../catalog/sites/site.ts";
import { formatTime } from "./format-time.ts";
import { phoneLink } from "./layout.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, say, sayPlain, timeStyle } from "./page.ts";

/**
 * Renders what is closed at these sites at this moment; with a service only what concerns it. Nothing where all is as
 * usual.
 */
export async function closureNotices(
  page: Page,
  sites: readonly Site[],
  serviceId?: string,
): Promise<Html | string> {
  if (sites.length === 0) return nothing;
  const byId = new Map(sites.map((site) => [site.id, site]));
  const rows = await listNotices(page.deps, page.context, [...byId.keys()]);
  const shown = rows.filter(
    ({ service_ids: ids }) => serviceId === undefined || ids === null || ids.includes(serviceId),
  );
  return html`${shown.map((row) => {
    const site = byId.get(row.site_id);
    return site ? closureNotice(page, row, site) : nothing;
  })}`;
}

function closureNotice(page: Page, row: NoticeRow, site: Site): Html {
  const { phone } = page.tenant.contact;
  return html`<div class="notice notice--alert" role="status">
        <p class="notice__title">${titleOf(page, row, sayPlain(page, site.name))}</p>
        <p>${say(page, row.reason)}</p>
        <p>${page.t("notice_what_to_do")} ${phone ? phoneLink(phone) : nothing}</p>
      </div>`;
}

function titleOf(page: Page, row: NoticeRow, site: string): string {
  const { t } = page;
  const time = formatTime(row.ends_at, timeStyle(page, row.time_zone));
  const isWhole = row.names.length === 0;
  const what = row.names.map((name) => sayPlain(page, name)).join(", ");
  if (row.is_suspension) {
    return isWhole
      ? t("notice_site_suspended", { site, time })
      : t("notice_part_suspended", { site, what, time });
  }
  return isWhole ? t("notice_site_closed", { site }) : t("notice_part_closed", { site, what });
}
