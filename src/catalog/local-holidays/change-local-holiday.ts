import { isDeepStrictEqual } from "node:util";
import type { Deps, LocalizedText, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { recordEvents } from "../../events/record-events.ts";
import { changeable } from "../changeable.ts";
import type { LocalHoliday } from "./local-holiday.ts";
import { lockHolidayRow, updateHoliday } from "./queries.ts";

export interface ChangeLocalHoliday {
  readonly name: LocalizedText;
  readonly version?: number | undefined;
}

/** Renames a local holiday; another day is another holiday. Throws `not-found` and `conflicting-change`. */
export async function changeLocalHoliday(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  input: { readonly id: string; readonly change: ChangeLocalHoliday },
): Promise<LocalHoliday> {
  return deps.db.inTenant(context.tenant.id, (trx) => changeLocalHolidayIn(trx, context, input), {
    signal: context.signal,
  });
}

/** `changeLocalHoliday` in the caller's transaction. */
export async function changeLocalHolidayIn(
  trx: Trx,
  context: RequestContext,
  { id, change }: { readonly id: string; readonly change: ChangeLocalHoliday },
): Promise<LocalHoliday> {
  const row = await lockHolidayRow(trx, context.tenant.id, id);
  const { is_retired: _isRetired, ...holiday } = changeable(
    row && { ...row, is_retired: false },
    change.version,
  );
  if (isDeepStrictEqual(holiday.name, change.name)) return holiday;
  await updateHoliday(trx, context.tenant.id, { id, name: change.name });
  await recordEvents(trx, context, [
    {
      kind: "local_holiday.changed",
      subjectKind: "local_holiday",
      subjectId: id,
      subjectVersion: holiday.version + 1,
      isRelayed: false,
    },
  ]);
  return { ...holiday, name: change.name, version: holiday.version + 1 };
}
