import { html } from "hono/html";
import type { ProposalSummary } from "../../../scheduling/proposals/proposal-view.ts";
import { dateFromEpochMs } from "../../../time/clock.ts";
import { formatDay, formatTime } from "../../format-time.ts";
import { type Html, nothing } from "../../markup.ts";
import { pathTo, timeStyle } from "../../page.ts";
import type { AdminPage } from "../admin-env.ts";
import { adminLayout } from "../admin-layout.ts";
import type { AdminMessageKey } from "../translate.ts";

/** A proposal's state in words. */
export const statusNames: Readonly<Record<ProposalSummary["status"], AdminMessageKey>> = {
  computed: "status_computed",
  applying: "status_applying",
  applied: "status_applied",
  dropped: "status_dropped",
  expired: "status_expired",
};

/** Renders the proposals, the newest first. */
export function proposalsPage(
  page: AdminPage,
  {
    items,
    nextCursor,
  }: { readonly items: readonly ProposalSummary[]; readonly nextCursor: string | null },
): Html {
  return adminLayout(page, {
    title: page.tell("proposals_title"),
    content: html`<p class="lead">${page.tell("proposals_about")}</p>
      <p><a class="button" href="${pathTo(page, "/admin/proposals/new")}">${page.tell("proposal_new")}</a></p>
      ${items.length === 0 ? html`<p>${page.tell("no_proposals")}</p>` : nothing}
      <ul class="choices">${items.map((proposal) => proposalEntry(page, proposal))}</ul>
      ${nextCursor === null ? nothing : html`<p class="pager"><a href="${pathTo(page, `/admin/proposals?cursor=${nextCursor}`)}">${page.tell("older_ones")}</a></p>`}`,
  });
}

function proposalEntry(page: AdminPage, proposal: ProposalSummary): Html {
  const at = dateFromEpochMs(Date.parse(proposal.computed_at));
  const style = timeStyle(page, page.tenant.timeZone);
  const { totals } = proposal;
  return html`<li>
      <a class="choice" href="${pathTo(page, `/admin/proposals/${proposal.id}`)}">
        <span class="choice__name">${formatDay(at, style)}, ${formatTime(at, style)} – ${page.tell(statusNames[proposal.status])}</span>
        <span class="choice__text">${page.tell("totals_line", {
          lost: totals.places_lost,
          gained: totals.places_gained,
          conflicts: totals.conflicts,
        })}</span>
      </a>
    </li>`;
}
