import {
  appointmentView,
  loadAppointment,
  type LoadedAppointment,
  loadForChange,
  serviceIdsOf,
} from "../../appointments/appointment-view.ts";
import {
  type BookAppointment,
  type BookedAppointment,
  bookIn,
  tokenOf,
} from "../../appointments/book-appointment.ts";
import { checkMayTouch } from "../../appointments/may-touch.ts";
import { viewOfReply } from "../../appointments/reply-view.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../../http/idempotency.ts";
import { notRebookable } from "../errors.ts";
import { rebookingView } from "./get-rebooking.ts";
import { findRebooking, insertRebooking } from "./queries.ts";

/** The time that somebody chooses instead of the one that was cancelled. */
export interface Rebook {
  /** The cancelled appointment. */
  readonly id: string;
  readonly startsAt: Date;
  /** Id or code; the same site unless said. */
  readonly site?: string | undefined;
}

/**
 * Books a visit like the one that an operation cancelled, for the same people, once, in one transaction; in the stated
 * time also at places that are kept back. Throws `not-rebookable`, `not-found` and everything that booking throws.
 * Idempotent by key.
 */
export async function rebook(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: Rebook & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<BookedAppointment> {
  checkMayTouch(context, wish.id);
  const tenantId = context.tenant.id;
  const { vault } = deps;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const reply = await onceByKey(
        trx,
        { vault, context, idempotency: wish.idempotency },
        async () => {
          const id = await rebookIn(trx, deps, { context, wish });
          const loaded = await loadAppointment(trx, deps, { tenantId, id });
          return { status: 201, body: appointmentView(loaded) };
        },
      );
      const appointment = await viewOfReply(trx, deps, { tenantId, body: reply.body });
      return {
        appointment,
        manageToken: await tokenOf(trx, deps, { tenantId, id: appointment.id }),
        isReplay: reply.isReplay,
      };
    },
    { signal: context.signal },
  );
}

async function rebookIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, wish }: { readonly context: RequestContext; readonly wish: Rebook },
): Promise<string> {
  const tenantId = context.tenant.id;
  const loaded = await loadForChange(trx, deps, { tenantId, id: wish.id });
  const row = await findRebooking(trx, tenantId, wish.id);
  const state = row && rebookingView(row).state;
  if (!row || state === "done" || !loaded.people) {
    throw new DomainError(notRebookable, "No other time can be chosen for this appointment.", {
      facts: { state: state === "done" ? "done" : "none" },
    });
  }
  const newAppointmentId = await bookIn(trx, deps, {
    context,
    wish: bookingOf(loaded, wish, row.has_priority),
  });
  await insertRebooking(trx, tenantId, {
    appointmentId: wish.id,
    operationId: row.operation_id,
    newAppointmentId,
    hadPriority: row.has_priority,
  });
  await recordEvents(trx, context, [
    {
      kind: "appointment.rebooked",
      subjectKind: "appointment",
      subjectId: wish.id,
      subjectVersion: loaded.row.version,
      body: { new_appointment_id: newAppointmentId, operation_id: row.operation_id },
      isRelayed: false,
    },
  ]);
  return newAppointmentId;
}

/** A visit like the cancelled one, without those who had taken themselves out of it. */
function bookingOf(
  { row, people, participants }: LoadedAppointment,
  { startsAt, site }: Rebook,
  hasPriority: boolean,
): BookAppointment {
  if (!people) throw new Error("The people of the appointment are erased");
  const coming = participants.filter(
    (one, index) => one !== null && row.participants[index]?.cancelled_at === null,
  );
  return {
    booker: people.booker,
    accompaniedBy: people.accompanied_by,
    answers: people.answers,
    participants: coming.flatMap((one) => one ?? []),
    language: row.language,
    hasPriority,
    time: {
      names: { services: serviceIdsOf(row), site: site ?? row.site.id },
      startsAt,
      partySize: row.party_size,
      channel: row.channel,
    },
  };
}
