import { html } from "hono/html";
import type { ConflictRow } from "../../../appointments/conflicts/queries.ts";
import { formatDay, formatTime } from "../../format-time.ts";
import type { Notice } from "../../layout.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, say } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";

/** What the list shows. */
export interface ConflictsShown {
  readonly items: readonly ConflictRow[];
  readonly nextCursor: string | null;
  readonly notice: Notice | undefined;
}

/** Renders the appointments that have lost their places. */
export function conflictsPage(page: AdminPage, shown: ConflictsShown): Html {
  const { items, nextCursor, notice } = shown;
  return adminLayout(page, {
    title: page.tell("conflicts_title"),
    notice,
    content: html`<p class="lead">${page.tell("conflicts_about")}</p>
      ${items.length === 0 ? html`<p>${page.tell("no_conflicts")}</p>` : nothing}
      <ul class="choices">${items.map((row) => conflictEntry(page, row))}</ul>
      ${nextCursor === null ? nothing : html`<p class="pager"><a href="${pathTo(page, `/admin/conflicts?cursor=${nextCursor}`)}">${page.tell("next_page")}</a></p>`}`,
  });
}

function conflictEntry(page: AdminPage, row: ConflictRow): Html {
  const style = { locale: page.locale, timeZone: row.time_zone };
  const hasContact = row.has_email || row.has_phone;
  const notes = [
    page.tell("reference_line", { reference: row.reference, persons: row.party_size }),
    ...(hasContact ? [] : [page.tell("no_contact")]),
    ...(row.is_to_be_called ? [page.tell("to_be_called")] : []),
  ];
  return html`<li>
      <a class="choice" href="${pathTo(page, `/admin/conflicts/${row.id}`)}">
        <span class="choice__name">${formatDay(row.starts_at, style)}, ${formatTime(row.starts_at, style)} – ${say(page, row.site_name)}</span>
        <span class="choice__text">${reasonInWords(page, row)}</span>
        <span class="choice__facts">${notes.join(" · ")}</span>
      </a>
    </li>`;
}

/** Why an appointment has no place, in a line. */
function reasonInWords(page: AdminPage, { reasons }: Pick<ConflictRow, "reasons">): string {
  const [first] = reasons;
  if (!first) return page.tell("reason_other");
  if (first.kind === "not_offered") {
    return page.tell("reason_not_offered", { resource: first.resource_code });
  }
  if (first.kind === "fewer_places") {
    return page.tell("reason_fewer", { resource: first.resource_code });
  }
  return page.tell("reason_closed", { resource: first.resource_code });
}
