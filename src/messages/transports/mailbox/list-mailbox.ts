import type { Deps } from "../../../context.ts";
import { type KeptMessage, openKept } from "./kept-message.ts";
import { listMailboxRows } from "./queries.ts";

/** What would have been sent, the newest first; `before` is the id of the last one seen. */
export async function listMailbox(
  { db, vault }: Pick<Deps, "db" | "vault">,
  tenantId: string,
  page: { readonly before: string | null; readonly countMax: number },
): Promise<KeptMessage[]> {
  const rows = await db.inTenant(tenantId, (trx) => listMailboxRows(trx, tenantId, page), {
    isReadOnly: true,
  });
  return rows.map((row) => openKept(vault, tenantId, row));
}
