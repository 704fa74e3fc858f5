import type { Deps, RequestContext } from "../../context.ts";
import { recordEvents } from "../../events/record-events.ts";
import { deleteHolidayRow, lockHolidayRow } from "./queries.ts";

/** Takes a local holiday back; openings of its day return. May be repeated. */
export async function deleteLocalHoliday(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const holiday = await lockHolidayRow(trx, tenantId, id);
      if (!holiday) return;
      await deleteHolidayRow(trx, tenantId, id);
      await recordEvents(trx, context, [
        {
          kind: "local_holiday.deleted",
          subjectKind: "local_holiday",
          subjectId: id,
          subjectVersion: holiday.version + 1,
          body: { site_id: holiday.site_id },
          isRelayed: true,
        },
      ]);
    },
    { signal: context.signal },
  );
}
