import type { Deps } from "../../../context.ts";
import { type KeptMessage, openKept } from "./kept-message.ts";
import { findMailboxRow } from "./queries.ts";

/** One message of the mailbox, if it is still there. */
export async function findKeptMessage(
  { db, vault }: Pick<Deps, "db" | "vault">,
  tenantId: string,
  id: string,
): Promise<KeptMessage | undefined> {
  const row = await db.inTenant(tenantId, (trx) => findMailboxRow(trx, tenantId, id), {
    isReadOnly: true,
  });
  return row && openKept(vault, tenantId, row);
}
