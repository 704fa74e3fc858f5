import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import type { Hold } from "./hold.ts";
import { findHold } from "./queries.ts";

/** Reads a hold, whatever its status. Throws `not-found`. */
export async function getHold(trx: Trx, tenantId: string, id: string): Promise<Hold> {
  const hold = await findHold(trx, tenantId, id);
  if (!hold) throw new DomainError(notFound, "There is no such hold.");
  return hold;
}
