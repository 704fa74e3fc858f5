import { join } from "node:path";
import {
  openSendingStage,
  type SendingStage,
  slotsBeginMs,
} from "../test/messages/drill/sending-stage.ts";
import type { Bench } from "./bench.ts";
import type { LoadPlan, LoadReport } from "./load/plan.ts";
import { openMailWay } from "./messages/ways.ts";
import { startService } from "./service.ts";
import type { World } from "./world.ts";

const DATABASE = "bench_backlog";
const REMINDERS = 100_000;
const REMINDERS_QUICK = 2_000;
const SECONDS = 40;
const SECONDS_QUICK = 4;
const BOOKINGS_PER_SECOND = 20;
const SLOTS = 40;
const SLOT_MS = 900_000;

/** What bookings take, and how long their confirmations. */
interface Phase {
  readonly report: LoadReport;
  /** From the booking to when its confirmation was taken by the mail server, in seconds. */
  readonly confirmationP99Seconds: number;
  readonly confirmed: number;
}

/** Bookings and their confirmations while a mountain of reminders is due. */
export const messagesBacklog: Bench = {
  name: "messages-backlog",
  question:
    "p99 of a booking with nothing to send ÷ the same while 100,000 reminders are due and go out by SMTP",
  target: 0.667,
  run: async (world) => {
    const databases = await world.databases();
    const way = await openMailWay();
    await databases.clone(DATABASE);
    const stage = await openSendingStage({
      adminUrl: databases.adminUrl(DATABASE),
      serviceUrl: databases.serviceUrl(DATABASE),
    });
    const service = await startService({
      url: databases.serviceUrl(DATABASE),
      adminUrl: databases.adminUrl(DATABASE),
      logFile: join(databases.folder, `${DATABASE}.log`),
      env: { ...stage.env, ...way.env },
    });
    const count = world.scale.isQuick ? REMINDERS_QUICK : REMINDERS;
    try {
      const book = () => measure(world, stage, service.port);
      await book();
      const before = await book();
      await stage.sql(
        "UPDATE message_settings SET paused_at = clock_now(), paused_reason = 'bench'",
      );
      await stage.addDue(count, "email");
      await stage.sql("CHECKPOINT");
      await stage.sql("UPDATE message_settings SET paused_at = NULL, paused_reason = NULL");
      const during = await book();
      const { due } = await stage.standing();
      return {
        ratios: [before.report.p99Ms / during.report.p99Ms],
        notes: [
          describe("nothing to send", before),
          describe(`${count} reminders due, ${due} still at the end`, during),
        ],
      };
    } finally {
      await service.stop();
      await stage.close();
      await way.close();
    }
  },
};

async function measure(world: World, stage: SendingStage, port: number): Promise<Phase> {
  const { rows: clock } = await stage.sql("SELECT clock_now() AS now");
  const report = await world.generator().run({
    port,
    tenant: stage.slug,
    connections: 32,
    seconds: world.scale.isQuick ? SECONDS_QUICK : SECONDS,
    perSecond: BOOKINGS_PER_SECOND,
    task: bookingOf(stage),
  });
  await untilConfirmed(stage);
  const { rows } = await stage.sql(
    `SELECT count(*)::int AS count,
            extract(epoch FROM percentile_disc(0.99) WITHIN GROUP (ORDER BY m.ended_at - a.created_at))::float8 AS p99
     FROM appointments a
     JOIN messages m ON m.tenant_id = a.tenant_id AND m.appointment_id = a.id AND m.kind = 'confirmation'
     WHERE a.created_at >= $1 AND m.status = 'sent'`,
    [clock[0]?.["now"]],
  );
  return {
    report,
    confirmed: Number(rows[0]?.["count"]),
    confirmationP99Seconds: Number(rows[0]?.["p99"]),
  };
}

function bookingOf(stage: SendingStage): LoadPlan["task"] {
  return {
    kind: "book",
    wishes: [
      {
        site: stage.town.siteId,
        service: stage.town.services["id-card"] ?? "",
        partySize: 1,
        starts: Array.from({ length: SLOTS }, (_, n) =>
          new Date(slotsBeginMs + n * SLOT_MS).toISOString(),
        ),
      },
    ],
  };
}

/** Confirmations have a way of their own: what is left of them after the bookings is waited for. */
async function untilConfirmed(stage: SendingStage): Promise<void> {
  for (let left = 1; left > 0; ) {
    const { rows } = await stage.sql(
      `SELECT count(*)::int AS count FROM appointments a
       WHERE a.channel = 'web' AND a.created_at > clock_now() - interval '10 minutes'
         AND EXISTS (SELECT FROM slots s WHERE s.tenant_id = a.tenant_id AND s.starts_at = a.starts_at)
         AND NOT EXISTS (
           SELECT FROM messages m
           WHERE m.tenant_id = a.tenant_id AND m.appointment_id = a.id AND m.kind = 'confirmation' AND m.status = 'sent')`,
    );
    left = Number(rows[0]?.["count"]);
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function describe(when: string, { report, confirmed, confirmationP99Seconds }: Phase): string {
  return `${when}: ${report.granted} bookings, p50 ${report.p50Ms.toFixed(1)} ms, p99 ${report.p99Ms.toFixed(1)} ms; ${confirmed} confirmations, p99 ${confirmationP99Seconds.toFixed(2)} s after the booking`;
}
