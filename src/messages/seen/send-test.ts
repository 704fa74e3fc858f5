import { v7 as uuidv7 } from "uuid";
import type { Deps, Language, RequestContext } from "../../context.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { resolvePlace } from "../content/templates/resolve-place.ts";
import { tooManyTests } from "../errors.ts";
import type { MessageKind } from "../message-state.ts";
import { planMessagesIn } from "../store/plan-messages.ts";
import { readClock } from "../store/queries.ts";
import { countRecentTests, findMessageRow, type MessageRow } from "./queries.ts";

/** What is tried: a template in force with made-up data, sent to whoever asks. */
export interface SendTest {
  readonly kind: MessageKind;
  readonly channel: "email" | "sms";
  readonly language: Language;
  /** Id or code of the service whose template is tried. */
  readonly service?: string | undefined;
  /** An address, or a number in E.164. */
  readonly to: string;
}

const testsPerHourMax = 20;
const worthMs = 3_600_000;

/**
 * Sends a template with made-up data the way all messages go, and through the same provider. Returns the planned
 * message; what comes of it can be read as of any other. Throws `not-found` for an unknown service and
 * `too-many-tests` above twenty an hour.
 */
export async function sendTest(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  test: SendTest,
): Promise<MessageRow> {
  const { tenant, signal } = context;
  const id = uuidv7();
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      if ((await countRecentTests(trx, tenant.id)) >= testsPerHourMax)
        throw new DomainError(tooManyTests, "Twenty tests were sent within the hour.");
      const { serviceId } = await resolvePlace(trx, tenant.id, test);
      const now = await readClock(trx);
      const message = {
        id,
        subject: { kind: "test", id: uuidv7(), version: 1 },
        kind: test.kind,
        channel: test.channel,
        language: test.language,
        offsetMinutes: 0,
        endpointId: null,
        recipient: test.to,
        facts: serviceId === null ? {} : { service_id: serviceId },
        dueAt: now,
        notAfter: now + worthMs,
        isTraining: false,
      } as const;
      await planMessagesIn(trx, deps, { tenantId: tenant.id, messages: [message] });
      await recordEvents(trx, context, [
        {
          kind: "message.test_sent",
          subjectKind: "message",
          subjectId: id,
          body: { kind: test.kind, channel: test.channel },
          isRelayed: false,
        },
      ]);
      const row = await findMessageRow(trx, tenant.id, id);
      if (!row) throw new Error("A planned message is missing");
      return row;
    },
    { signal },
  );
}
