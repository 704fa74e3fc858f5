import type { Deps, RequestContext } from "../../context.ts";
import { checkMayTouchEntry } from "../may-touch-entry.ts";
import type { EntryView } from "../schema.ts";
import { entryView, getEntryRow } from "./entry-view.ts";

/** Reads one wish, for its holder and the office. Throws `not-signed-in` and `not-found`. */
export async function getEntry(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<EntryView> {
  checkMayTouchEntry(context, id);
  const { tenant, signal } = context;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => entryView(deps, tenant.id, await getEntryRow(trx, tenant.id, id)),
    { isReadOnly: true, signal },
  );
}
