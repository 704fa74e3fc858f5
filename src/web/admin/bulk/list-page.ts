import { html } from "hono/html";
import type { BulkStatus, OperationRow } from "../../../bulk/operation.ts";
import { formatDay, formatTime } from "../../format-time.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import type { AdminMessageKey } from "../translate.ts";
import { kindTexts } from "./new-page.ts";

/** An operation's state in words. */
export const bulkStatusNames: Readonly<Record<BulkStatus, AdminMessageKey>> = {
  previewed: "bulk_previewed",
  expired: "bulk_expired",
  running: "bulk_running",
  paused: "bulk_paused",
  finished: "bulk_finished",
  aborted: "bulk_aborted",
};

/** Renders operations, the latest first. */
export function operationsPage(
  page: AdminPage,
  {
    items,
    nextCursor,
  }: { readonly items: readonly OperationRow[]; readonly nextCursor: string | null },
): Html {
  return adminLayout(page, {
    title: page.tell("bulk_title"),
    content: html`<p class="lead">${page.tell("bulk_about")}</p>
      <p><a class="button" href="${pathTo(page, "/admin/bulk/new")}">${page.tell("bulk_new")}</a></p>
      ${items.length === 0 ? html`<p>${page.tell("bulk_none")}</p>` : nothing}
      <ul class="choices">${items.map((operation) => entry(page, operation))}</ul>
      ${nextCursor === null ? nothing : html`<p class="pager"><a href="${pathTo(page, `/admin/bulk?cursor=${nextCursor}`)}">${page.tell("older_ones")}</a></p>`}`,
  });
}

function entry(page: AdminPage, operation: OperationRow): Html {
  const at = operation.started_at ?? operation.created_at;
  const style = timeStyle(page, page.tenant.timeZone);
  return html`<li>
      <a class="choice" href="${pathTo(page, `/admin/bulk/${operation.id}`)}">
        <span class="choice__name">${page.tell(kindTexts[operation.kind].name)} – ${page.tell(bulkStatusNames[operation.status])}</span>
        <span class="choice__text">${formatDay(at, style)}, ${formatTime(at, style)} · ${page.tell("bulk_count", { count: operation.items })}</span>
      </a>
    </li>`;
}
