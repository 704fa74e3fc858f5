import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { refusal } from "../errors.ts";
import { invitationHash, newInvitationCode } from "./invitation.ts";
import { hasLiveService, insertInvitations } from "./queries.ts";

export interface CreateInvitations {
  readonly service_id: string;
  /** How many codes, 1 to 1,000. */
  readonly count: number;
  /** How many bookings each code opens. */
  readonly uses_max: number;
  readonly expires_at: Date | null;
}

/** A new invitation with its code, which is shown this once. */
export interface IssuedInvitation {
  readonly id: string;
  readonly code: string;
}

/** Issues codes for a service. Throws `invalid-request` for an unknown or retired one. */
export async function createInvitations(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  input: CreateInvitations,
): Promise<IssuedInvitation[]> {
  const tenantId = context.tenant.id;
  const issued = Array.from({ length: input.count }, () => ({
    id: uuidv7(),
    code: newInvitationCode(),
  }));
  const service = { tenantId, serviceId: input.service_id };
  const invitations = issued.map(({ id, code }) => ({
    id,
    hash: invitationHash(deps.vault, service, code),
  }));
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      if (!(await hasLiveService(trx, tenantId, input.service_id))) {
        throw refusal([{ path: "service_id", message: "There is no such service." }]);
      }
      await insertInvitations(trx, tenantId, {
        serviceId: input.service_id,
        usesMax: input.uses_max,
        expiresAt: input.expires_at,
        invitations,
      });
      await recordEvents(trx, context, [
        {
          kind: "invitations.created",
          subjectKind: "service",
          subjectId: input.service_id,
          body: { count: input.count, uses_max: input.uses_max },
          isRelayed: false,
        },
      ]);
    },
    { signal: context.signal },
  );
  return issued;
}
