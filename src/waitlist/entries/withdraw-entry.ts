import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { notWaiting } from "../errors.ts";
import { checkMayTouchEntry } from "../may-touch-entry.ts";
import { leaveOffer } from "../offers/decline-offer.ts";
import { findOpenOffer } from "../offers/queries.ts";
import type { EntryView } from "../schema.ts";
import { entryView, getEntryRow } from "./entry-view.ts";
import { withdrawRow } from "./queries.ts";

/**
 * Ends a wish; an open offer of it is declined and its place goes to the next. Whoever withdraws a withdrawn wish is
 * told how it is. Throws `not-signed-in`, `not-found`, and `not-waiting` for a wish that ended otherwise.
 */
export async function withdrawEntry(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<EntryView> {
  checkMayTouchEntry(context, id);
  const { tenant, signal } = context;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const row = await getEntryRow(trx, tenant.id, id);
      if (row.status !== "withdrawn") await withdrawIn(trx, context, id);
      return entryView(deps, tenant.id, await getEntryRow(trx, tenant.id, id));
    },
    { signal },
  );
}

async function withdrawIn(trx: Trx, context: RequestContext, id: string): Promise<void> {
  const tenantId = context.tenant.id;
  const offer = await findOpenOffer(trx, tenantId, id);
  if (offer) await leaveOffer(trx, context, { ...offer, entry_id: id });
  if (!(await withdrawRow(trx, tenantId, id)))
    throw new DomainError(notWaiting, "This wish has ended.");
  await recordEvents(trx, context, [
    {
      kind: "waitlist_entry.withdrawn",
      subjectKind: "waitlist_entry",
      subjectId: id,
      isRelayed: false,
    },
  ]);
}
