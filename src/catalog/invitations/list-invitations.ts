import type { Deps, RequestContext } from "../../context.ts";
import { type Page, pageOf, type PageRequest, pageStart } from "../pages.ts";
import type { Invitation } from "./invitation.ts";
import { listInvitationRows } from "./queries.ts";

/** The invitations of an administration, or of one service, oldest first, without their codes. */
export async function listInvitations(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  request: PageRequest & { readonly serviceId: string | null },
): Promise<Page<Invitation>> {
  const tenantId = context.tenant.id;
  const start = pageStart(request);
  const rows = await deps.db.inTenant(
    tenantId,
    (trx) => listInvitationRows(trx, tenantId, { ...start, serviceId: request.serviceId }),
    { isReadOnly: true, signal: context.signal },
  );
  return pageOf(rows, start, (invitation) => invitation.id);
}
