import type { AppointmentView } from "../../appointments/schema.ts";
import type { MessageToSend, WebhookContent } from "../../messages/sending/composition.ts";
import { webhookTypes } from "../../messages/webhooks/endpoint.ts";
import { dateFromEpochMs } from "../../time/clock.ts";

/** What a webhook tells of an appointment: ids, times and states, no person. Undefined for kinds that are not told. */
export function webhookContentOf(
  message: Pick<MessageToSend, "kind" | "facts" | "offsetMinutes">,
  appointment: AppointmentView,
): WebhookContent | undefined {
  const types: Readonly<Record<string, string>> = webhookTypes;
  const type = types[message.kind];
  if (type === undefined) return undefined;
  return {
    type,
    data: {
      appointment: {
        id: appointment.id,
        reference: appointment.reference,
        version: appointment.version,
        status: appointment.status,
        starts_at: appointment.starts_at,
        ends_at: appointment.ends_at,
        site_id: appointment.site.id,
        service_ids: appointment.legs.map((leg) => leg.service.id),
        party_size: appointment.party_size,
        channel: appointment.channel,
        language: appointment.language,
        cancelled: appointment.cancelled,
      },
      ...moveOf(message),
      ...(message.kind === "reminder" ? { offset_minutes: message.offsetMinutes } : {}),
    },
  };
}

function moveOf({ facts }: Pick<MessageToSend, "facts">): Record<string, unknown> {
  const { old_starts_at: startsAt, old_site_id: siteId } = facts;
  if (typeof startsAt !== "number") return {};
  return { moved_from: { starts_at: dateFromEpochMs(startsAt).toISOString(), site_id: siteId } };
}
