import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MessagePlanner } from "../../src/appointments/batch/booked-visit.ts";
import { relayOutbox } from "../../src/events/relay-outbox.ts";
import type { JobRequest } from "../../src/jobs/job-queue.ts";
import {
  type BookedPlanDeps,
  createBookedPlanner,
} from "../../src/reminders/planning/plan-booked.ts";
import { planForgotten } from "../../src/reminders/planning/plan-forgotten.ts";
import { remindersSubscription } from "../../src/reminders/subscriptions.ts";
import { type Contact, createMessageWorld } from "./message-world.ts";

/** A Wednesday in June at nine on the wall clock of Rome. */
const firstSlot = new Date("2027-06-09T07:00:00Z");

/** The planner that bookings get; tests put another one in its place. */
let planner: MessagePlanner | undefined;
const world = await createMessageWorld({
  firstSlot,
  planner: { rulesOf: (tenant) => current().rulesOf(tenant) },
});
const { app } = world;
const faults: unknown[] = [];

function current(): MessagePlanner {
  if (!planner) throw new Error("No planner yet");
  return planner;
}

function plannerWith(other: Partial<BookedPlanDeps> = {}): MessagePlanner {
  const onFault = (error: unknown): void => void faults.push(error);
  return createBookedPlanner({ ...world.planning, onFault, ...other });
}

const rules = {
  confirmation: { channels: "email_first" },
  notices: { channels: "email_first" },
  reminders: [
    { offset_minutes: 10_080, channels: "both" },
    { offset_minutes: 2_880, channels: "sms_first" },
  ],
  has_phone_reminders: true,
  please_confirm: {
    offset_minutes: 4_320,
    channels: "email_first",
    answer_minutes: 1_440,
    is_released: true,
  },
  follow_up: null,
};

beforeAll(async () => {
  const answer = await app.api("PUT", "/message-policies", {
    key: app.adminKey,
    body: { rules, version: 0 },
  });
  if (answer.status !== 200) throw new Error(answer.text);
});
beforeEach(async () => {
  planner = plannerWith();
  await world.goTo("2027-05-20T08:00:00Z");
});
afterAll(() => world.close());

/** Everything that was planned for an appointment, but for ids and sealed addresses. */
async function plansOf(appointmentId: string): Promise<unknown[]> {
  const { rows } = await app.sql(
    `SELECT kind, channel, offset_minutes, language, facts, priority, due_at, next_at, not_after, subject_version,
            encode(domain_hash, 'hex') AS domain, recipient_encrypted IS NULL AS is_unaddressed
       FROM messages WHERE subject_id = $1
     UNION ALL
     SELECT kind, 'call', 0, cause, facts, 0, visit_at, next_at, not_after, subject_version, NULL, true
       FROM phone_tasks WHERE appointment_id = $1
     UNION ALL
     SELECT 'asked', 'none', 0, NULL, NULL, 0, starts_at, answer_by, answer_by, is_released::int, NULL, true
       FROM presence_requests WHERE appointment_id = $1
     ORDER BY 1, 2, 3`,
    [appointmentId],
  );
  return rows;
}

/** Plans a booking from its event, as if nothing had been planned with it. */
async function planAnew(appointmentId: string): Promise<unknown[]> {
  for (const statement of [
    "DELETE FROM messages WHERE subject_id = $1",
    "DELETE FROM phone_tasks WHERE appointment_id = $1",
    "DELETE FROM presence_requests WHERE appointment_id = $1",
    `UPDATE outbox_events o SET created_at = a.created_at FROM appointments a
      WHERE a.id = $1 AND o.subject_id = a.id`,
  ])
    await app.sql(statement, [appointmentId]);
  await world.plan();
  return plansOf(appointmentId);
}

const people: readonly (readonly [string, Contact, number])[] = [
  ["an address and a mobile number", { email: "ada@example.org", phone: "347 123 4567" }, 0],
  ["an address alone", { email: "bea@example.org" }, 0],
  ["a mobile number alone", { phone: "+39 347 123 4567" }, 15],
  ["a landline alone", { phone: "06 1234 5678" }, 15],
  ["a name alone", {}, 30],
];

describe("the messages of a booking", () => {
  test.each(people)("of %s are there with it, the same as from its event", async (...given) => {
    const [, contact, minutes] = given;
    const { appointment } = await world.book(contact, minutes);
    const atOnce = await plansOf(appointment.id);
    if (Object.keys(contact).length > 0) expect(atOnce).not.toEqual([]);
    expect(atOnce).toEqual(await planAnew(appointment.id));
  });

  test("spare who wants no reminders", async () => {
    const ida = { email: "ida@example.org" };
    const first = await world.book(ida, 45);
    const path = `/appointments/${first.appointment.id}/reminders`;
    await app.api("PUT", path, { key: first.manage_token, body: { is_wanted: false } });
    const { appointment } = await world.book(ida, 45);
    const atOnce = await plansOf(appointment.id);
    expect(atOnce).not.toContainEqual(expect.objectContaining({ kind: "reminder" }));
    expect(atOnce).toEqual(await planAnew(appointment.id));
  });

  test("are not planned again by a job, nor looked for", async () => {
    await app.sql("DELETE FROM planned_events");
    await app.sql("DELETE FROM outbox_events");
    await world.book({ email: "eva@example.org" }, 60);
    expect(await relayedJobs()).toEqual([]);
    await app.sql("UPDATE outbox_events SET relayed_at = clock_now() - interval '1 minute'");
    expect(await lookForForgotten()).toEqual([]);
  });

  test("are left to the event's job where they cannot be made out", async () => {
    await app.sql("DELETE FROM outbox_events");
    planner = plannerWith({
      vault: {
        ...world.planning.vault,
        fingerprint: () => {
          throw new Error("no hash today");
        },
      },
    });
    const { appointment } = await world.book({ email: "pia@example.org" }, 75);
    expect(faults).toEqual([new Error("no hash today")]);
    expect(await plansOf(appointment.id)).toEqual([]);
    expect(await relayedJobs()).toHaveLength(1);
    await world.plan();
    expect(await plansOf(appointment.id)).toContainEqual(
      expect.objectContaining({ kind: "confirmation" }),
    );
  });
});

async function relayedJobs(): Promise<JobRequest[]> {
  const jobs: JobRequest[] = [];
  await relayOutbox<JobRequest>({
    db: app.deps.db,
    subscriptions: [],
    batchSubscriptions: [remindersSubscription],
    enqueueMany: async (handed) => void jobs.push(...handed),
    onBadEvent: (_event, error) => {
      throw error;
    },
  });
  const { rows } = await app.sql("SELECT DISTINCT status FROM outbox_events");
  expect(rows).toEqual([{ status: "relayed" }]);
  return jobs;
}

async function lookForForgotten(): Promise<JobRequest[]> {
  const jobs: JobRequest[] = [];
  const queue = { enqueueMany: async (more: readonly JobRequest[]) => void jobs.push(...more) };
  await planForgotten({ db: app.deps.db, queue }, "all", new AbortController().signal);
  return jobs;
}
