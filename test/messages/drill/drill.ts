import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { bookedSchema } from "../../../src/appointments/schema.ts";
import { monotonicMs } from "../../../src/time/clock.ts";
import { type SendingStage, slotsBeginMs, type Standing } from "./sending-stage.ts";
import type { WorkerProcess } from "./worker-process.ts";

/** A drill under way: who is killed, and what became untrue when. */
export interface Drill {
  readonly interrupted: Map<string, number>;
  readonly untrueSince: Map<string, number>;
  /** Ends a worker without a word and notes what it had under way. */
  readonly kill: (worker: WorkerProcess) => Promise<void>;
  /** Cancels appointments, one after the other; what was planned for them is untrue from then on. */
  readonly cancel: (appointmentIds: readonly string[]) => Promise<void>;
  /** Moves them to the last of the town's slots. */
  readonly move: (appointmentIds: readonly string[]) => Promise<void>;
}

const pollMs = 100;
/** Of the 40: reminders are then due within two hours. */
const slotsUsed = 8;
const quietMs = 1_000;
/** Back-offs are spread: what falls due shortly after goes together. */
const strideSeconds = 30;

/** Begins a drill on a stage. */
export function beginDrill(stage: SendingStage): Drill {
  const interrupted = new Map<string, number>();
  const untrueSince = new Map<string, number>();
  const change = async (id: string, verb: string, body: object): Promise<void> => {
    const planned = await listPlanned(stage, id);
    await stage.api("POST", `/appointments/${id}/${verb}`, body);
    for (const messageId of planned) untrueSince.set(messageId, Date.now());
  };
  return {
    interrupted,
    untrueSince,
    kill: async (worker) => {
      await worker.kill();
      await untilGone(stage);
      for (const id of await listIds(stage, "SELECT id FROM messages WHERE status = 'leased'"))
        interrupted.set(id, (interrupted.get(id) ?? 0) + 1);
    },
    cancel: async (ids) => {
      for (const id of ids) await change(id, "cancel", {});
    },
    move: async (ids) => {
      const startsAt = new Date(slotsBeginMs + 39 * 900_000).toISOString();
      for (const id of ids) await change(id, "reschedule", { starts_at: startsAt });
    },
  };
}

/** Books for so many citizens at the first of the town's slots, three days ahead; returns the appointments' ids. */
export async function bookMany(stage: SendingStage, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const booked = await stage.api("POST", "/appointments", {
      services: [stage.town.services["id-card"]],
      site: stage.town.siteId,
      starts_at: new Date(slotsBeginMs + (Math.floor(n / 10) % slotsUsed) * 900_000).toISOString(),
      booker: { name: "Ada Bianchi", email: `citizen-${n}@example.org` },
    });
    ids.push(bookedSchema.parse(booked).appointment.id);
  }
  return ids;
}

/**
 * Waits until nothing is planned or leased, or until `isEnough`. Whenever everything waits for a later moment, the clock
 * is moved there, though not while something is under way.
 */
export async function untilAllEnded(
  stage: SendingStage,
  limitMs: number,
  isEnough: (standing: Standing) => Promise<boolean> = async () => false,
): Promise<void> {
  const untilMs = monotonicMs() + limitMs;
  let quietSinceMs = monotonicMs();
  while (monotonicMs() < untilMs) {
    const standing = await stage.standing();
    const { planned, leased, due, nextInSeconds, isPatient } = standing;
    if (planned + leased === 0 || (await isEnough(standing))) return;
    if (leased > 0 || due > 0 || isPatient) quietSinceMs = monotonicMs();
    if (monotonicMs() - quietSinceMs > quietMs && nextInSeconds !== null) {
      await stage.skip(nextInSeconds + strideSeconds);
      quietSinceMs = monotonicMs();
    }
    await wait(pollMs);
  }
  throw new Error(`Messages are left: ${JSON.stringify(await stage.standing())}`);
}

/** Waits until something is so; throws after the limit. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const untilMs = monotonicMs() + limitMs;
  while (!(await isSo())) {
    if (monotonicMs() > untilMs) throw new Error("What was waited for did not happen");
    await wait(pollMs / 4);
  }
}

/** A killed worker's last statements may still run. */
async function untilGone(stage: SendingStage): Promise<void> {
  await until(async () => {
    const { rows } = await stage.sql(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'sportello-worker' AND state <> 'idle'`,
    );
    return rows[0]?.["count"] === 0;
  });
}

function listPlanned(stage: SendingStage, appointmentId: string): Promise<string[]> {
  return listIds(stage, "SELECT id FROM messages WHERE subject_id = $1", [appointmentId]);
}

const idRows = z.array(z.object({ id: z.string() }));

/** The ids that a query finds. */
export async function listIds(
  stage: SendingStage,
  text: string,
  values: unknown[] = [],
): Promise<string[]> {
  const { rows } = await stage.sql(text, values);
  return idRows.parse(rows).map(({ id }) => id);
}
