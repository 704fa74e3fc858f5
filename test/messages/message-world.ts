import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { bookedSchema } from "../../src/appointments/schema.ts";
import type { RequestContext } from "../../src/context.ts";
import { createDispatcher } from "../../src/messages/dispatch/dispatch-messages.ts";
import { reconcileMessages } from "../../src/messages/dispatch/reconcile-messages.ts";
import { messageChannels } from "../../src/messages/message.ts";
import type { SendingRates } from "../../src/messages/rates/take-turns.ts";
import type { Providers } from "../../src/messages/sending/provider.ts";
import {
  createEmailMailbox,
  createSmsMailbox,
} from "../../src/messages/transports/mailbox/mailbox-transport.ts";
import { createSender, type Sender } from "../../src/messages/sending/sender.ts";
import { watchPlace } from "../../src/messages/switch/watch-place.ts";
import { planEvents, type PlanDeps } from "../../src/reminders/planning/plan-events.ts";
import { createComposer } from "../../src/reminders/writing/composer.ts";
import type { JobRequest } from "../../src/jobs/job-queue.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "../support/test-app.ts";
import { buildTown, type Town } from "../support/town.ts";
import { type RecordingProviders, recordingProviders } from "./recording-provider.ts";

/** A message as the tests see it. */
export interface SeenMessage {
  readonly id: string;
  readonly kind: string;
  readonly channel: string;
  readonly status: string;
  readonly end_reason: string | null;
  readonly offset_minutes: number;
  readonly due_at: Date;
  readonly next_at: Date;
  readonly not_after: Date;
  readonly attempt: number;
}

/** Who books. */
export interface Contact {
  readonly email?: string;
  readonly phone?: string;
}

export type Booked = z.infer<typeof bookedSchema>;

/** An administration whose messages are planned and sent step by step, without a job store in between. */
export interface MessageWorld {
  readonly app: TestApp;
  readonly town: Town;
  readonly recording: RecordingProviders;
  readonly sender: Sender;
  readonly planning: PlanDeps;
  readonly context: RequestContext;
  /** Faults of writing messages. */
  readonly faults: unknown[];
  /** Books at so many minutes after the first slot. */
  readonly book: (contact?: Contact, minutes?: number, more?: object) => Promise<Booked>;
  /** Plans everything that happened and was not planned yet. */
  readonly plan: () => Promise<number>;
  /** Claims and sends what is due until nothing more is. */
  readonly send: () => Promise<void>;
  readonly reconcile: () => ReturnType<typeof reconcileMessages>;
  /** By due time. */
  readonly messagesOf: (appointmentId: string) => Promise<SeenMessage[]>;
  readonly tasksOf: (
    appointmentId: string,
  ) => Promise<{ kind: string; cause: string; status: string }[]>;
  /** Sets the database's clock to an instant. */
  readonly goTo: (instant: Date | string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface MessageWorldOptions extends TestAppOptions {
  /** Columns of the one service. */
  readonly service?: Readonly<Record<string, unknown>>;
  /** First of 40 slots of a quarter of an hour, two places each. */
  readonly firstSlot: Date;
  readonly rates?: SendingRates;
  /** Whether messages are kept in the mailbox instead of being recorded. */
  readonly isKept?: boolean;
}

const never = new AbortController().signal;
const publicUrl = "https://termine.example.org";

/** Starts a world. `afterAll(() => world.close())`. */
export async function createMessageWorld(options: MessageWorldOptions): Promise<MessageWorld> {
  const app = await createTestApp({ publicUrl, ...options });
  const recording = recordingProviders();
  const faults: unknown[] = [];
  const town = await buildTown(app, {
    services: [{ code: "id-card", columns: options.service ?? {} }],
    resources: [
      { code: "desk", offers: ["id-card"], from: options.firstSlot, cells: 40, capacity: 2 },
    ],
  });
  const onFault = (id: string, error: unknown): void => void faults.push([id, error]);
  const { providers } = options.isKept ? { providers: keptBy(app) } : recording;
  const sender = createTestSender(app, { providers, onFault, rates: options.rates });
  const planning: PlanDeps = {
    ...app.deps,
    available: { email: true, sms: true },
    onSealedFault: onFault,
  };
  await watchPlace(app.deps, null);
  const parts = { app, sender, planning };
  return {
    ...parts,
    town,
    recording,
    faults,
    context: { tenant: app.tenant, actor: { kind: "system" }, requestId: uuidv7() },
    book: (contact = {}, minutes = 0, more = {}) =>
      book({ app, town, firstSlot: options.firstSlot }, { contact, minutes, more }),
    plan: () => planAll(parts),
    send: () => sendAll(parts),
    reconcile: () => reconcileMessages(app.deps, never),
    messagesOf: (id) => messagesOf(app, id),
    tasksOf: (id) => tasksOf(app, id),
    goTo: async (instant) =>
      void (await app.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [
        instant,
      ])),
    close: () => app.close(),
  };
}

/** A sender of everything that is due, to the providers given. */
export function createTestSender(
  app: TestApp,
  options: {
    readonly providers: Providers;
    readonly onFault: (id: string, error: unknown) => void;
    readonly rates?: SendingRates | undefined;
  },
): Sender {
  const { providers, onFault, rates = { channels: {} } } = options;
  return createSender({
    ...app.deps,
    compose: createComposer({ ...app.deps, publicUrl, onFault }),
    providers,
    senders: {
      emailFrom: "noreply@example.org",
      messageIdDomain: "example.org",
      smsSender: "Comune",
    },
    rates,
  });
}

async function book(
  world: { readonly app: TestApp; readonly town: Town; readonly firstSlot: Date },
  wish: { readonly contact: Contact; readonly minutes: number; readonly more: object },
): Promise<Booked> {
  const { app, town, firstSlot } = world;
  const answer = await app.api("POST", "/appointments", {
    body: {
      services: [town.services["id-card"]],
      site: town.siteId,
      starts_at: new Date(firstSlot.getTime() + wish.minutes * 60_000).toISOString(),
      booker: { name: "Ada Bianchi", ...wish.contact },
      ...wish.more,
    },
  });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.as(bookedSchema);
}

function keptBy({ deps }: TestApp): Providers {
  const shared = { name: "mailbox", connections: 4, isRepeatable: true } as const;
  return {
    email: { ...shared, transport: createEmailMailbox(deps) },
    sms: { ...shared, transport: createSmsMailbox(deps) },
  };
}

type Parts = Pick<MessageWorld, "app" | "sender" | "planning">;

async function planAll({ app, planning }: Parts): Promise<number> {
  const { rows } = await app.sql("SELECT id FROM outbox_events WHERE tenant_id = $1 ORDER BY id", [
    app.tenant.id,
  ]);
  const eventIds = rows.map((row) => String(row["id"]));
  return planEvents(planning, { tenantId: app.tenant.id, eventIds });
}

const job = z.object({
  tenant_id: z.string(),
  channel: z.enum(messageChannels),
  ids: z.array(z.string()),
});

/** Claims and sends what is due until nothing more is. */
export async function sendAll({ app, sender }: Pick<Parts, "app" | "sender">): Promise<void> {
  const runNow = async (jobs: readonly JobRequest[]): Promise<void> => {
    for (const { queue, stored } of jobs) {
      const { tenant_id: tenantId, channel, ids } = job.parse(stored.data);
      const lane = queue === "send-notices" ? "notices" : "reminders";
      await sender.send({ tenantId, channel, ids, lane }, never);
    }
  };
  const dispatcher = createDispatcher({
    db: app.deps.db,
    queue: { enqueueMany: runNow },
    channels: messageChannels,
  });
  while ((await dispatcher.dispatch(never)) > 0);
}

const seen = z.array(
  z.object({
    id: z.string(),
    kind: z.string(),
    channel: z.string(),
    status: z.string(),
    end_reason: z.string().nullable(),
    offset_minutes: z.number(),
    due_at: z.date(),
    next_at: z.date(),
    not_after: z.date(),
    attempt: z.number(),
  }),
);

async function messagesOf(app: TestApp, appointmentId: string): Promise<SeenMessage[]> {
  const { rows } = await app.sql(
    `SELECT id, kind, channel, status, end_reason, offset_minutes, due_at, next_at, not_after, attempt
       FROM messages WHERE subject_id = $1 ORDER BY due_at, id`,
    [appointmentId],
  );
  return seen.parse(rows);
}

const seenTasks = z.array(z.object({ kind: z.string(), cause: z.string(), status: z.string() }));

async function tasksOf(app: TestApp, appointmentId: string) {
  const { rows } = await app.sql(
    "SELECT kind, cause, status FROM phone_tasks WHERE appointment_id = $1 ORDER BY id",
    [appointmentId],
  );
  return seenTasks.parse(rows);
}
