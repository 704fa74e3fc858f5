import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { revokeInvitationRow } from "./queries.ts";

/** Makes a code open nothing any more; what was booked with it stays. May be repeated. Throws `not-found`. */
export async function revokeInvitation(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const revoked = await revokeInvitationRow(trx, tenantId, id);
      if (!revoked) throw new DomainError(notFound, "There is no such invitation.");
      if (!revoked.isNew) return;
      await recordEvents(trx, context, [
        { kind: "invitation.revoked", subjectKind: "invitation", subjectId: id, isRelayed: false },
      ]);
    },
    { signal: context.signal },
  );
}
