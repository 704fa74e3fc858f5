import { v7 as uuidv7 } from "uuid";
import { listAppointmentsById, type AppointmentRow } from "../../appointments/queries.ts";
import type { Language, Tenant } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type { Compose, Composition, MessageToSend } from "../../messages/sending/composition.ts";
import { readClock } from "../../messages/store/queries.ts";
import type { OperationRow } from "../operation.ts";
import { messageKindOf } from "./preview-operation.ts";
import { listSampleIds } from "./queries.ts";

/** A message as somebody of the operation would read it. */
export interface SampleMessage {
  readonly appointment_id: string;
  readonly language: Language;
  readonly channel: "email" | "sms";
  readonly subject: string | null;
  readonly text: string;
  /** Of an SMS. */
  readonly parts: number | null;
}

const samplesMax = 12;

/**
 * Writes messages for a few real appointments of an operation, of each language and way to be reached, by what writes
 * the messages that are sent. A moved visit's sample says the time that it has now: the new one is not chosen yet.
 */
export async function writeSamples(
  trx: Trx,
  { compose }: { readonly compose: Compose },
  { tenant, operation }: { readonly tenant: Tenant; readonly operation: OperationRow },
): Promise<SampleMessage[]> {
  const ids = await listSampleIds(trx, tenant.id, { operationId: operation.id, perGroup: 1 });
  const rows = await listAppointmentsById(trx, tenant.id, {
    ids: ids.slice(0, samplesMax),
    hasResources: false,
  });
  const messages = rows.flatMap((row) =>
    (["email", "sms"] as const).map((channel) => sampleOf(operation, row, channel)),
  );
  const now = await readClock(trx);
  const written = await compose(trx, { tenant, now, messages, isSample: true });
  return messages.flatMap((message) => shown(message, written.get(message.id)));
}

function sampleOf(
  operation: OperationRow,
  row: AppointmentRow,
  channel: "email" | "sms",
): MessageToSend {
  const startsAt = row.starts_at.getTime();
  return {
    id: uuidv7(),
    subjectKind: "appointment",
    subjectId: row.id,
    kind: messageKindOf(operation),
    channel,
    language: row.language,
    offsetMinutes: 0,
    facts: {
      starts_at: startsAt,
      site_id: row.site.id,
      by: operation.kind === "cancel" ? "bulk" : "staff",
      reason: operation.reason,
      operation_id: operation.id,
      ...(operation.kind === "move" ? { old_starts_at: startsAt, old_site_id: row.site.id } : {}),
    },
    recipient: "",
    dueAt: startsAt,
    notAfter: startsAt,
    isTraining: row.is_training,
  };
}

function shown(message: MessageToSend, written: Composition | undefined): SampleMessage[] {
  const of = { appointment_id: message.subjectId, language: message.language };
  switch (written?.verdict) {
    case "email": {
      const { subject, text } = written.email;
      return [{ ...of, channel: "email", subject, text, parts: null }];
    }
    case "sms": {
      const { text, parts } = written.sms;
      return [{ ...of, channel: "sms", subject: null, text, parts }];
    }
    case undefined:
    case "webhook":
    case "discard":
    case "fail":
    case "postpone":
      return [];
  }
}
