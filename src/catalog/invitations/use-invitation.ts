import type { Trx } from "../../db/database.ts";
import type { Vault } from "../../db/vault.ts";
import { DomainError } from "../../errors.ts";
import { invitationNotValid } from "../errors.ts";
import { invitationHash } from "./invitation.ts";
import { countUse, lockInvitations, uncountUse, uncountUses } from "./queries.ts";

/**
 * Counts one use of an invitation code in the booking's transaction and returns the invitation's id.
 * Throws `invitation-not-valid` when it is unknown, used up, expired, revoked or of another service.
 */
export async function useInvitationIn(
  trx: Trx,
  vault: Pick<Vault, "fingerprint">,
  ask: { readonly tenantId: string; readonly serviceId: string; readonly code: string },
): Promise<string> {
  const hash = invitationHash(vault, ask, ask.code);
  const id = await countUse(trx, ask.tenantId, { serviceId: ask.serviceId, hash });
  if (id === undefined) {
    throw new DomainError(invitationNotValid, "This invitation code does not open the service.");
  }
  return id;
}

/** Gives a use back when what was booked with it is cancelled, in the cancellation's transaction. */
export async function freeInvitationUseIn(trx: Trx, tenantId: string, id: string): Promise<void> {
  await uncountUse(trx, tenantId, id);
}

/** Locks the invitations of bookings that may be cancelled together, before anything else of them is locked. */
export async function lockInvitationsIn(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > 0) await lockInvitations(trx, tenantId, ids);
}

/** Gives uses of many invitations back, one for each time an id is named; `lockInvitationsIn` locked them. */
export async function freeInvitationUsesIn(
  trx: Trx,
  tenantId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length > 0) await uncountUses(trx, tenantId, ids);
}
