import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { insertPhoneTasks } from "../../messages/phone-tasks/queries.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { loadForChange } from "../appointment-view.ts";
import { checkBooked } from "../check-changeable.ts";
import { notInConflict } from "../errors.ts";

/** What the call is about: the time that was told does not hold. */
export const conflictCallKind = "urgent_notice";

/**
 * Has an operator call somebody whose appointment is in conflict, to find another time together. Once per version of
 * the appointment, so that it may be repeated. Throws `not-found`, `not-booked-any-more` and `not-in-conflict`.
 */
export async function callAboutConflict(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<void> {
  const tenantId = context.tenant.id;
  await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const { row } = await loadForChange(trx, deps, { tenantId, id });
      checkBooked(row);
      if (row.support !== "conflict") {
        throw new DomainError(notInConflict, "The appointment has its place.");
      }
      const now = await readClock(trx);
      const count = await insertPhoneTasks(trx, tenantId, [
        {
          id: uuidv7(),
          appointmentId: id,
          version: row.version,
          kind: conflictCallKind,
          cause: "asked_for",
          facts: {},
          visitAt: row.starts_at.getTime(),
          nextAt: now,
          notAfter: row.starts_at.getTime(),
        },
      ]);
      if (count === 0) return;
      await recordEvents(trx, context, [
        {
          kind: "appointment.call_asked_for",
          subjectKind: "appointment",
          subjectId: id,
          subjectVersion: row.version,
          isRelayed: false,
        },
      ]);
    },
    { signal: context.signal },
  );
}
