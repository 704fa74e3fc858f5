import { appointmentView, loadAppointment } from "../../appointments/appointment-view.ts";
import type { AppointmentView } from "../../appointments/schema.ts";
import type { Deps, RequestContext, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { visitWords } from "../../messages/content/words.ts";
import {
  claimNextTask,
  findTask,
  hasTask,
  leaseTask,
  type TaskRow,
} from "../../messages/phone-tasks/queries.ts";
import { taskNotYours } from "../errors.ts";
import { reasonInWords } from "../writing/reason-words.ts";
import { type SpokenText, spokenText } from "../writing/spoken-text.ts";
import { type CallNote, readCallNotes } from "./call-notes.ts";
import { operatorOf } from "./operator.ts";

/** What an operator needs for a call. */
export interface LeasedTask {
  readonly task: TaskRow;
  /** Whom to ask for; null once erased. */
  readonly name: string | null;
  /** As it was given; null when there is none. */
  readonly phone: string | null;
  /** The facts in words, in the citizen's language and on the site's clock. */
  readonly words: CallWords;
  /** What to say in full, an operation's own text included. */
  readonly spoken: SpokenText | undefined;
  /** What was noted of earlier calls. */
  readonly notes: readonly CallNote[];
  readonly appointment: AppointmentView;
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
 * Gives a call to the operator who asks, for a quarter of an hour, with whom to call and what to say; again to the one
 * who has it, to have it longer. Throws `not-found` and `task-not-yours`.
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
      const task = await getTask(trx, tenant.id, id);
      if (!isLeased) throw new DomainError(taskNotYours, "Somebody else has this call.");
      await recordLease(trx, context, task);
      return describe(trx, deps, { tenant, task });
    },
    { signal },
  );
}

/**
 * Gives the operator who asks the first call that nobody has: urgent ones, then by the time of the visit. Nobody else gets
 * it for a quarter of an hour. Undefined when there is none; a repetition gives the next one.
 */
export async function leaseNextPhoneTask(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  { operationId }: { readonly operationId?: string | undefined },
): Promise<LeasedTask | undefined> {
  const { tenant, signal } = context;
  const lease = { operatorId: operatorOf(context), minutes: leaseMinutes, operationId };
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const id = await claimNextTask(trx, tenant.id, lease);
      if (id === undefined) return undefined;
      const task = await getTask(trx, tenant.id, id);
      await recordLease(trx, context, task);
      return describe(trx, deps, { tenant, task });
    },
    { signal },
  );
}

/** The call that the operator has, as it was given to him. Throws `not-found` and `task-not-yours`. Reads only. */
export async function getLeasedTask(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  id: string,
): Promise<LeasedTask> {
  const { tenant, signal } = context;
  const operatorId = operatorOf(context);
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      const task = await getTask(trx, tenant.id, id);
      if (!(await hasTask(trx, tenant.id, { id, operatorId })))
        throw new DomainError(taskNotYours, "This call is not yours, or not any more.");
      return describe(trx, deps, { tenant, task });
    },
    { isReadOnly: true, signal },
  );
}

async function getTask(trx: Trx, tenantId: string, id: string): Promise<TaskRow> {
  const task = await findTask(trx, tenantId, id);
  if (!task) throw new DomainError(notFound, "There is no such phone task.");
  return task;
}

/** Whoever sees a telephone number is on record. */
async function recordLease(trx: Trx, context: RequestContext, task: TaskRow): Promise<void> {
  await recordEvents(trx, context, [
    {
      kind: "phone_task.leased",
      subjectKind: "phone_task",
      subjectId: task.id,
      subjectVersion: task.version,
      isRelayed: false,
    },
  ]);
}

async function describe(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenant, task }: { readonly tenant: Tenant; readonly task: TaskRow },
): Promise<LeasedTask> {
  const loaded = await loadAppointment(trx, deps, {
    tenantId: tenant.id,
    id: task.appointment_id,
  });
  const appointment = appointmentView(loaded);
  const { booker } = appointment;
  const about = { taskId: task.id };
  return {
    task,
    appointment,
    name: booker?.name ?? null,
    phone: booker?.phone ?? null,
    words: wordsOf(task, appointment, tenant),
    spoken: await spokenText(trx, { tenant, task, row: loaded.row, appointment }),
    notes: await readCallNotes(trx, deps, { tenantId: tenant.id, about }),
  };
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
