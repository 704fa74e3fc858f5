import { refusal } from "../catalog/errors.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { StaleRead } from "../db/faults.ts";
import { recordEvents } from "../events/record-events.ts";
import { shrinkParty } from "../slots/claim/shrink-party.ts";
import { localDateOf } from "../time/wall-clock.ts";
import type { LoadedAppointment } from "./appointment-view.ts";
import { cancelParticipantRows, updatePartySize } from "./queries.ts";
import { lockQuota, writeQuota } from "./quota/change-quota.ts";
import { quotaDemands } from "./quota/quota.ts";

/**
 * Takes some people out of a visit and frees their places and limits; the time stays as it is for the others. No
 * limit stands in the way of using less. Runs in the caller's transaction.
 * Throws `invalid-request` for people who are not of the visit or have come already.
 */
export async function cancelParticipantsIn(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  given: { context: RequestContext; loaded: LoadedAppointment; participantIds: readonly string[] },
): Promise<void> {
  const { context, loaded, participantIds } = given;
  const { row, people, terms } = loaded;
  const tenantId = context.tenant.id;
  const staying = stayingOf(loaded, participantIds);
  const date = localDateOf(row.starts_at.getTime(), row.site.time_zone);
  const limits = terms.flatMap((one) => one.limits);
  const demands = people
    ? quotaDemands({ vault, tenantId }, limits, {
        people,
        participants: staying.participants,
        partySize: staying.count,
        channel: row.channel,
        country: context.tenant.holidayCountry,
        date,
      })
    : [];
  await lockQuota(trx, tenantId, { appointmentId: row.id, demands });
  await shrinkParty(trx, tenantId, {
    ownerId: row.id,
    from: row.party_size,
    to: staying.count,
  });
  const isWritten = await updatePartySize(trx, tenantId, {
    id: row.id,
    version: row.version,
    partySize: staying.count,
  });
  if (!isWritten) throw new StaleRead("The appointment changed before its slots were locked");
  await cancelParticipantRows(trx, tenantId, { appointmentId: row.id, ids: participantIds });
  await writeQuota(trx, tenantId, { appointmentId: row.id, demands });
  await recordEvents(trx, context, [
    {
      kind: "appointment.party_shrunk",
      subjectKind: "appointment",
      subjectId: row.id,
      subjectVersion: row.version + 1,
      isRelayed: true,
      body: { participant_ids: participantIds, party_size: staying.count },
    },
  ]);
}

function stayingOf({ row, participants }: LoadedAppointment, leaving: readonly string[]) {
  const coming = row.participants.flatMap((one, index) =>
    one.cancelled_at === null
      ? [{ id: one.id, hasCome: one.attendance !== null, sealed: participants[index] ?? null }]
      : [],
  );
  const mayLeave = new Set(coming.filter((one) => !one.hasCome).map((one) => one.id));
  if (!leaving.every((id) => mayLeave.has(id))) {
    const message = "Not all of these people are of the visit and still expected.";
    throw refusal([{ path: "participant_ids", message }]);
  }
  const staying = coming.filter((one) => !leaving.includes(one.id));
  return { count: staying.length, participants: staying.flatMap((one) => one.sealed ?? []) };
}
