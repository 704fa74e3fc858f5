import { z } from "zod";
import { runOperation } from "../../src/bulk/run/run-operation.ts";
import {
  noticesSchema,
  urgentPreviewSchema,
  urgentStateSchema,
} from "../../src/bulk/today/schema.ts";
import type { JobRequest } from "../../src/jobs/job-queue.ts";
import { createDispatcher } from "../../src/messages/dispatch/dispatch-messages.ts";
import { messageChannels } from "../../src/messages/message.ts";
import { createSender } from "../../src/messages/sending/sender.ts";
import { watchPlace } from "../../src/messages/switch/watch-place.ts";
import { planEvents } from "../../src/reminders/planning/plan-events.ts";
import { createComposer } from "../../src/reminders/writing/composer.ts";
import { type RecordingProviders, recordingProviders } from "../messages/recording-provider.ts";
import {
  createScheduleWorld,
  expectStatus,
  type Office,
  type ScheduleWorld,
} from "../support/schedule-world.ts";
import type { ApiAnswer } from "../support/test-app.ts";

const never = new AbortController().signal;
const publicUrl = "https://termine.example.org";

/** Who books, and when. */
export interface Visitor {
  readonly startsAt: string;
  readonly email?: string;
  readonly phone?: string;
  readonly language?: string;
}

/** A booked visit with the token of its manage link. */
export interface BookedVisit {
  readonly id: string;
  readonly token: string;
}

/** A visit as the database has it. */
export interface VisitState {
  readonly status: string;
  readonly support: string;
  readonly starts_at: string;
  readonly overbooking_reason: string | null;
  readonly resources: readonly string[];
  readonly is_counted: boolean;
}

/** An administration in which things are closed at once and messages are planned and sent step by step. */
export interface TodayWorld extends ScheduleWorld {
  readonly recording: RecordingProviders;
  /** A site whose resources all serve one service; half an hour a visit, 08:00 to 12:00 in Rome every day. */
  readonly addPlace: (capacities: readonly number[]) => Promise<Office & { desks: string[] }>;
  readonly visit: (office: Office, visitor: Visitor) => Promise<BookedVisit>;
  readonly preview: (body: object) => Promise<ApiAnswer>;
  readonly previewed: (body: object) => Promise<z.infer<typeof urgentPreviewSchema>>;
  /** Previews and starts. */
  readonly close: (body: object) => Promise<z.infer<typeof urgentStateSchema>>;
  readonly start: (shown: { id: string; digest: string }) => Promise<ApiAnswer>;
  readonly lift: (id: string) => Promise<z.infer<typeof urgentStateSchema>>;
  readonly stateOf: (id: string) => Promise<VisitState>;
  readonly choose: (
    visit: BookedVisit,
    body: object,
    as?: { readonly key: string },
  ) => Promise<ApiAnswer>;
  readonly notices: (siteId: string) => Promise<z.infer<typeof noticesSchema>["items"]>;
  /** Runs operations that were started, plans what happened and sends what is due. */
  readonly work: () => Promise<void>;
  readonly tasksOf: (id: string) => Promise<{ kind: string; status: string; outcome: unknown }[]>;
}

/** Starts the world at the given instant. `afterAll(() => world.app.close())`. */
export async function createTodayWorld(now: string): Promise<TodayWorld> {
  const world = await createScheduleWorld(now);
  const { app, call } = world;
  const recording = recordingProviders();
  await watchPlace(app.deps, null);
  const preview = (body: object): Promise<ApiAnswer> => call("POST", "/urgent-closures", body);
  const previewed: TodayWorld["previewed"] = async (body) =>
    expectStatus(await preview(body), 201).as(urgentPreviewSchema);
  const start: TodayWorld["start"] = ({ id, digest }) =>
    call("POST", `/urgent-closures/${id}/start`, { digest });
  return {
    ...world,
    recording,
    preview,
    previewed,
    start,
    addPlace: (capacities) => addPlace(world, capacities),
    visit: (office, visitor) => book(world, office, visitor),
    close: async (body) =>
      expectStatus(await start(await previewed(body)), 200).as(urgentStateSchema),
    lift: async (id) =>
      expectStatus(await call("POST", `/urgent-closures/${id}/lift`), 200).as(urgentStateSchema),
    stateOf: (id) => readState(world, id),
    choose: ({ id, token }, body, as) =>
      app.api("POST", `/appointments/${id}/urgent-choice`, { key: as?.key ?? token, body }),
    notices: async (siteId) =>
      expectStatus(await app.api("GET", `/sites/${siteId}/notices`), 200).as(noticesSchema).items,
    work: () => work(world, recording),
    tasksOf: async (id) => {
      const { rows } = await app.sql(
        "SELECT kind, status, outcome FROM phone_tasks WHERE appointment_id = $1 ORDER BY id",
        [id],
      );
      return z
        .array(z.object({ kind: z.string(), status: z.string(), outcome: z.unknown() }))
        .parse(rows);
    },
  };
}

async function addPlace(world: ScheduleWorld, capacities: readonly number[]) {
  const office = await world.addOffice();
  const offer = { service_ids: [office.serviceId] };
  const desks = [office.resourceId];
  while (desks.length < capacities.length)
    desks.push(await world.addResource(office.siteId, offer));
  for (const [index, id] of desks.entries()) {
    const hours = { rrule: "FREQ=DAILY", start_time: "08:00", end_time: "12:00" };
    await world.addOpening(id, { ...hours, capacity: capacities[index] ?? 1 });
  }
  return { ...office, desks };
}

const booked = z.looseObject({
  appointment: z.looseObject({ id: z.string() }),
  manage_token: z.string(),
});

async function book(
  { app }: ScheduleWorld,
  office: Office,
  { startsAt, language = "it", ...contact }: Visitor,
): Promise<BookedVisit> {
  const body = {
    ...office.visit(startsAt),
    booker: { name: "Ada Rossi", ...contact },
    language,
  };
  const answer = await app.api("POST", "/appointments", { key: app.widgetKey, body });
  const { appointment, manage_token: token } = expectStatus(answer, 201).as(booked);
  return { id: appointment.id, token };
}

const stateShape = z.object({
  status: z.string(),
  support: z.string(),
  starts_at: z.string(),
  overbooking_reason: z.string().nullable(),
  resources: z
    .array(z.string())
    .nullable()
    .transform((ids) => ids ?? []),
  is_counted: z
    .boolean()
    .nullable()
    .transform((flag) => flag ?? false),
});

async function readState({ app }: ScheduleWorld, id: string): Promise<VisitState> {
  const { rows } = await app.sql(
    `SELECT a.status, a.support, to_char(a.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"') AS starts_at,
       a.overbooking_reason, array_agg(DISTINCT s.resource_id::text) FILTER (WHERE s.id IS NOT NULL) AS resources,
       bool_and(l.is_counted) AS is_counted
     FROM appointments a
     LEFT JOIN allocations l ON l.owner_id = a.id
     LEFT JOIN slots s ON s.id = l.slot_id
     WHERE a.id = $1
     GROUP BY a.id, a.tenant_id`,
    [id],
  );
  return stateShape.parse(rows[0]);
}

async function work(world: ScheduleWorld, recording: RecordingProviders): Promise<void> {
  const { app } = world;
  const tenantId = app.tenant.id;
  const planning = {
    ...app.deps,
    available: { email: true, sms: true },
    onSealedFault: (_id: string, error: unknown) => {
      throw error;
    },
  };
  const { rows } = await app.sql("SELECT id FROM bulk_operations WHERE status = 'running'");
  for (const row of rows) {
    const wish = { tenantId, operationId: String(row["id"]) };
    await runOperation({ ...app.deps, planning }, wish, never);
  }
  const events = await app.sql("SELECT id FROM outbox_events WHERE tenant_id = $1 ORDER BY id", [
    tenantId,
  ]);
  const eventIds = events.rows.map((row) => String(row["id"]));
  await planEvents(planning, { tenantId, eventIds });
  await send(world, recording);
}

const job = z.object({
  tenant_id: z.string(),
  channel: z.enum(messageChannels),
  ids: z.array(z.string()),
});

async function send({ app }: ScheduleWorld, { providers }: RecordingProviders): Promise<void> {
  const sender = createSender({
    ...app.deps,
    compose: createComposer({
      ...app.deps,
      publicUrl,
      onFault: (_id, error) => {
        throw error;
      },
    }),
    providers,
    senders: {
      emailFrom: "noreply@example.org",
      messageIdDomain: "example.org",
      smsSender: "Comune",
    },
    rates: { channels: {} },
  });
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
