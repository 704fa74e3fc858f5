import { appointmentView, loadAppointment } from "../../appointments/appointment-view.ts";
import type { AppointmentView } from "../../appointments/schema.ts";
import type { Deps, RequestContext, Tenant } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { visitWords } from "../../messages/content/words.ts";
import { findTask, leaseTask, type TaskRow } from "../../messages/phone-tasks/queries.ts";
import { taskNotYours } from "../errors.ts";
import { reasonInWords } from "../writing/reason-words.ts";
import { operatorOf } from "./operator.ts";

/** What an operator needs for a call. */
export interface LeasedTask {
  readonly task: TaskRow;
  /** Whom to ask for; null once erased. */
  readonly name: string | null;
  /** As it was given; null when there is none. */
  readonly phone: string | null;
  /** What to say, in the citizen's language and on the site's clock. */
  readonly words: CallWords;
}

/** The facts of a call in words. */
export interface CallWords {
  readonly date: string | null;
  readonly time: string | null;
  readonly site: string | null;
  readonly old_date: string | null;
  readonly old_time: string | null;
  readonly reason: string | null;
}

/** How long an operator has a call before others may take it. */
const leaseMinutes = 15;

/**
 * Gives a call to the operator who asks, for a quarter of an hour, with whom to call and what to say. May be repeated by
 * the same one. Throws `not-found` and `task-not-yours`.
 */
export async function leasePhoneTask(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<LeasedTask> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const isLeased = await leaseTask(trx, tenant.id, { id, operatorId, minutes: leaseMinutes });
      const task = await findTask(trx, tenant.id, id);
      if (!task) throw new DomainError(notFound, "There is no such phone task.");
      if (!isLeased) throw new DomainError(taskNotYours, "Somebody else has this call.");
      // Whoever sees a telephone number is on record.
      await recordEvents(trx, context, [
        {
          kind: "phone_task.leased",
          subjectKind: "phone_task",
          subjectId: id,
          subjectVersion: task.version,
          isRelayed: false,
        },
      ]);
      const appointment = appointmentView(
        await loadAppointment(trx, deps, { tenantId: tenant.id, id: task.appointment_id }),
      );
      const { booker } = appointment;
      return {
        task,
        name: booker?.name ?? null,
        phone: booker?.phone ?? null,
        words: wordsOf(task, appointment, tenant),
      };
    },
    { signal },
  );
}

function wordsOf(task: TaskRow, appointment: AppointmentView, tenant: Tenant): CallWords {
  const { language, site } = appointment;
  const style = { language, country: tenant.holidayCountry, zone: site.time_zone };
  const visit = visitWords(
    { startsAt: Date.parse(appointment.starts_at), endsAt: Date.parse(appointment.ends_at) },
    style,
  );
  const oldStart = task.facts["old_starts_at"];
  const old =
    typeof oldStart === "number"
      ? visitWords({ startsAt: oldStart, endsAt: oldStart }, style)
      : undefined;
  return {
    date: visit.date ?? null,
    time: visit.time ?? null,
    site: site.name[language] ?? site.name[tenant.defaultLanguage] ?? null,
    old_date: old?.date ?? null,
    old_time: old?.time ?? null,
    reason: reasonInWords(task.facts["reason"], language) ?? null,
  };
}
