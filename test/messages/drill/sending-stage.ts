import { randomBytes } from "node:crypto";
import pg from "pg";
import { createApp } from "../../../src/app.ts";
import { createDatabase, type Database } from "../../../src/db/database.ts";
import { SERVICE_ROLE } from "../../../src/db/embedded/credentials.ts";
import { createPool } from "../../../src/db/pool.ts";
import { createVault } from "../../../src/db/vault.ts";
import { initTenant } from "../../../src/identity/init-tenant.ts";
import { prepareJobsSchema } from "../../../src/jobs/prepare-jobs-schema.ts";
import { JOBS_SCHEMA } from "../../../src/jobs/queries.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { createMetrics } from "../../../src/telemetry/metrics.ts";
import { buildTown, type Town } from "../../support/town.ts";
import { makeDue, makePlace } from "./due-reminders.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";

/** A migrated database, empty but for what migrations write. */
export interface StageDatabase {
  /** The superuser's address. */
  readonly adminUrl: string;
  readonly serviceUrl: string;
}

/** How messages stand, by the database's clock. */
export interface Standing {
  readonly planned: number;
  readonly leased: number;
  /** Planned, due, and not waiting in the job store. */
  readonly due: number;
  /** Planned for more than half an hour from now, such as SMS that the day's money does not pay for. */
  readonly waitingLong: number;
  /** Seconds until something else is due; null when nothing is. */
  readonly nextInSeconds: number | null;
  /** Whether a provider asked for some seconds of patience: its own clock is not moved. */
  readonly isPatient: boolean;
}

/** One administration whose messages real workers send, in processes of their own. */
export interface SendingStage {
  readonly tenantId: string;
  readonly slug: string;
  readonly town: Town;
  /** Variables of a worker or service on this database, but for providers and the job store. */
  readonly env: Readonly<Record<string, string>>;
  readonly sql: (
    text: string,
    values?: unknown[],
  ) => Promise<pg.QueryResult<Record<string, unknown>>>;
  /** Calls `/v1/{tenant}` + path as its administrator; throws unless it is answered with success. */
  readonly api: (method: string, path: string, body?: object) => Promise<unknown>;
  /** Appointments two days ahead, each with one reminder that is due now. */
  readonly addDue: (count: number, channel: "email" | "sms") => Promise<void>;
  readonly startWorker: (env: Readonly<Record<string, string>>) => Promise<WorkerProcess>;
  readonly standing: () => Promise<Standing>;
  /** Moves the database's clock, so that nobody waits for what is due in an hour. */
  readonly skip: (seconds: number) => Promise<void>;
  /** Empties the job store that is in the database, as FLUSHALL does with Redis. */
  readonly wipeJobs: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** First of the town's 40 slots: a quarter of an hour each, 500 places. */
export const slotsBeginMs = Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 72 * 3_600_000;

/** Puts an administration with slots into the database. `afterAll(() => stage.close())`. */
export async function openSendingStage(database: StageDatabase): Promise<SendingStage> {
  await prepareJobsSchema(database.adminUrl, SERVICE_ROLE);
  const secretKey = randomBytes(32);
  const vault = createVault([{ kid: "t1", key: secretKey }]);
  const db = createDatabase(createPool(database.serviceUrl, { max: 4, onError: () => undefined }));
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on("error", () => undefined);
  const sql: SendingStage["sql"] = (text, values) => admin.query(text, values);
  const { tenant, adminKey, place, town } = await settle({ admin, db, sql });
  const env = {
    DATABASE_URL: database.serviceUrl,
    SECRET_KEYS: `t1:${secretKey.toString("base64")}`,
    PUBLIC_URL: "https://termine.example.org",
    EMAIL_FROM: "noreply@example.org",
    SMS_SENDER: "Comune",
  };
  const workers: WorkerProcess[] = [];
  return {
    tenantId: tenant.id,
    slug: tenant.slug,
    town,
    env,
    sql,
    api: apiOf({ db, vault }, { slug: tenant.slug, adminKey }),
    addDue: (count, channel) =>
      makeDue({ admin, db, vault }, { tenantId: tenant.id, count, channel }, place),
    startWorker: async (more) => {
      const worker = await startWorkerProcess({ ...env, ...more });
      workers.push(worker);
      return worker;
    },
    standing: () => readStanding(admin),
    skip: async (seconds) =>
      void (await admin.query("UPDATE clock_shift SET shift = shift + make_interval(secs => $1)", [
        seconds,
      ])),
    wipeJobs: () => wipeJobs(admin),
    close: async () => {
      for (const worker of workers) await worker.kill();
      await db.close();
      await admin.end();
    },
  };
}

/** The administration, and its sites: one whose reminders are made by SQL, one that citizens book at. */
async function settle({
  admin,
  db,
  sql,
}: {
  readonly admin: pg.Pool;
  readonly db: Database;
  readonly sql: SendingStage["sql"];
}) {
  const { tenant, adminKey } = await initTenant(
    { db },
    {
      slug: "comune-prova",
      name: { it: "Comune di prova" },
      languages: ["it"],
      timeZone: "Europe/Rome",
      holidayCountry: "IT",
    },
  );
  const place = await makePlace(admin, tenant.id);
  const town = await buildTown(
    { tenant, sql },
    {
      services: [{ code: "id-card" }],
      resources: [
        {
          code: "desk",
          offers: ["id-card"],
          from: new Date(slotsBeginMs),
          cells: 40,
          capacity: 500,
        },
      ],
    },
  );
  return { tenant, adminKey, place, town };
}

async function wipeJobs(admin: pg.Pool): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = $1 AND tablename !~ 'migration'`,
    [JOBS_SCHEMA],
  );
  await admin.query(`TRUNCATE ${rows.map(({ name }) => name).join(", ")}`);
}

function apiOf(
  deps: Pick<Parameters<typeof createApp>[0], "db" | "vault">,
  { slug, adminKey }: { readonly slug: string; readonly adminKey: string },
): SendingStage["api"] {
  const log = createLogger({ level: "silent" });
  const metrics = createMetrics({ version: "test", role: "server" });
  const app = createApp({ ...deps, log, metrics }, { publicUrl: "https://termine.example.org" });
  return async (method, path, body) => {
    const init = {
      method,
      headers: { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const answer = await app.request(`/v1/${slug}${path}`, init, {});
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    const value: unknown = text === "" ? undefined : JSON.parse(text);
    return value;
  };
}

async function readStanding(admin: pg.Pool): Promise<Standing> {
  const { rows } = await admin.query<Standing>(
    `SELECT count(*) FILTER (WHERE status = 'planned')::int AS planned,
            count(*) FILTER (WHERE status = 'leased')::int AS leased,
            count(*) FILTER (WHERE status = 'planned' AND ready_at <= clock_now())::int AS due,
            count(*) FILTER (WHERE status = 'planned' AND ready_at > clock_now() + interval '30 minutes')::int
              AS "waitingLong",
            extract(epoch FROM min(ready_at) FILTER (WHERE status = 'planned' AND ready_at > clock_now())
                               - clock_now())::float8 AS "nextInSeconds",
            (SELECT EXISTS (SELECT FROM sending_gates
                            WHERE blocked_until BETWEEN clock_now() AND clock_now() + interval '4 seconds'))
              AS "isPatient"
     FROM messages
     CROSS JOIN LATERAL (SELECT greatest(next_at, queued_until) AS ready_at) AS r`,
  );
  const [row] = rows;
  if (!row) throw new Error("No row");
  return row;
}
