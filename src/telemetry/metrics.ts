import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** What the process is; becomes the labels of `sportello_build_info`. */
export interface BuildInfo {
  readonly version: string;
  /** `server`, `worker`, `all` or `cli`. */
  readonly role: string;
}

/** How one run of a job ended: `retried` will run again, `failed` is for good, `stalled` lost its worker and reruns. */
export type JobOutcome = "ok" | "retried" | "failed" | "stalled";

/** Counts read from a connection pool; `pg.Pool` has this shape. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** The process's figures for Prometheus. Labels hold templates, names and classes only: never ids, never personal data. */
export interface Metrics {
  readonly registry: Registry;
  /** `route` is the template (`/v1/:tenant/holds`), `seconds` the time from the first byte to the last. */
  readonly httpRequestFinished: (request: HttpRequestFigures) => void;
  /** A request was refused before anything was looked at, because there was too much to do. */
  readonly httpRequestShed: () => void;
  /** `operation` is a verb of ours: `book`, `hold`, `reschedule`, `cancel`. */
  /** Reads the pool's counts at each scrape; `name` tells pools of one process apart. */
  readonly watchPool: (name: string, pool: PoolCounts) => void;
  /** Age in seconds of the oldest unsent outbox row, 0 when none waits; undefined withdraws it (no longer the relay). */
  readonly setOutboxOldestAge: (seconds: number | undefined) => void;
  readonly jobFinished: (job: JobFigures) => void;
  readonly jobsEnqueued: (queue: string, count: number) => void;
  /** A periodic task ended; the time of the last good run is exported for the alarm on silence. */
  readonly tickFinished: (tick: TickFigures) => void;
  /** Whether this process is the one that runs the task. */
  readonly tickLeading: (task: string, isLeading: boolean) => void;
  /** One attempt to hand a message over; `lagSeconds` from when it was due until it was taken. */
  readonly messageAttempted: (attempt: MessageFigures) => void;
  /** Age in seconds of the message that has been due the longest; undefined withdraws it (no longer the dispatcher). */
  readonly setMessageLag: (channel: string, seconds: number | undefined) => void;
  /** Messages that are due and not begun; undefined withdraws it. */
  readonly setMessagesWaiting: (channel: string, count: number | undefined) => void;
  /** Whether sending is paused for the whole installation; undefined withdraws it. */
  readonly setSendingPaused: (isPaused: boolean | undefined) => void;
  /** Wishes that wait and those that are asked; undefined withdraws it (no longer the process that counts). */
  readonly setWaitlist: (
    counts: { readonly waiting: number; readonly offered: number } | undefined,
  ) => void;
  /** Offers that passed without an answer. */
  readonly offersLapsed: (count: number) => void;
  /** The page for `GET /metrics`. */
  readonly render: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

export interface HttpRequestFigures {
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface JobFigures {
  readonly queue: string;
  readonly outcome: JobOutcome;
  readonly seconds: number;
}

export interface TickFigures {
  readonly task: string;
  readonly outcome: "ok" | "failed";
  readonly seconds: number;
}

/** `channel`, `provider` and `kind` are names that the code chose. */
export interface MessageFigures {
  readonly channel: string;
  readonly provider: string;
  readonly kind: string;
  readonly outcome: "accepted" | "refused" | "later" | "unknown" | "lost";
  readonly seconds: number;
  readonly lagSeconds: number | undefined;
}

const HTTP_BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];
const JOB_BUCKETS_SECONDS = [0.005, 0.02, 0.1, 0.5, 1, 5, 15, 30, 60, 300];
const LAG_BUCKETS_SECONDS = [0.5, 1, 2, 5, 15, 60, 300, 900, 3_600, 21_600];
const METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

/**
 * Creates the figures of this process with a registry of their own, so that tests and several parts in one process
 * do not share counts. Includes the process's defaults (CPU, memory, event-loop lag) under the same prefix.
 */
export function createMetrics(build: BuildInfo): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "sportello_" });
  describeBuild(registry, build);
  return {
    registry,
    ...requestFigures(registry),
    ...databaseFigures(registry),
    ...jobFigures(registry),
    ...tickFigures(registry),
    ...messageFigures(registry),
    ...waitlistFigures(registry),
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

function describeBuild(registry: Registry, build: BuildInfo): void {
  const labelNames = ["version", "role", "node_version"] as const;
  const gauge = new Gauge({
    name: "sportello_build_info",
    help: "What runs here; always 1",
    labelNames,
    registers: [registry],
  });
  gauge.set({ version: build.version, role: build.role, node_version: process.versions.node }, 1);
}

function requestFigures(
  registry: Registry,
): Pick<Metrics, "httpRequestFinished" | "httpRequestShed"> {
  const http = new Histogram({
    name: "sportello_http_request_duration_seconds",
    help: "Time to answer an HTTP request",
    labelNames: ["route", "method", "status_class"] as const,
    buckets: HTTP_BUCKETS_SECONDS,
    registers: [registry],
  });
  const shed = new Counter({
    name: "sportello_http_requests_shed_total",
    help: "Requests refused at once because there was too much to do",
    registers: [registry],
  });
  return {
    httpRequestShed: () => shed.inc(),
    httpRequestFinished: ({ route, method, status, seconds }) => {
      const known = METHODS.has(method) ? method : "other";
      http.observe(
        { route, method: known, status_class: `${Math.trunc(status / 100)}xx` },
        seconds,
      );
    },
  };
}

function databaseFigures(registry: Registry): Pick<Metrics, "watchPool" | "setOutboxOldestAge"> {
  const pools = new Map<string, PoolCounts>();
  const poolGauge = (name: string, help: string, read: (pool: PoolCounts) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ["pool"] as const,
      registers: [registry],
      collect() {
        for (const [pool, counts] of pools) this.set({ pool }, read(counts));
      },
    });
  };
  poolGauge("sportello_pool_connections", "Database connections open", (pool) => pool.totalCount);
  poolGauge(
    "sportello_pool_idle_connections",
    "Database connections not in use",
    (pool) => pool.idleCount,
  );
  poolGauge(
    "sportello_pool_waiting_requests",
    "Requests that wait for a connection",
    (pool) => pool.waitingCount,
  );
  const outbox = new Gauge({
    name: "sportello_outbox_oldest_age_seconds",
    help: "Age of the oldest outbox row not yet relayed; exported by the process that relays",
    // A label-less gauge would show 0 in processes that never measured; with a label it stays absent.
    labelNames: ["state"] as const,
    registers: [registry],
  });
  return {
    watchPool: (name, pool) => void pools.set(name, pool),
    setOutboxOldestAge: (seconds) => {
      if (seconds === undefined) outbox.remove({ state: "unsent" });
      else outbox.set({ state: "unsent" }, seconds);
    },
  };
}

function jobFigures(registry: Registry): Pick<Metrics, "jobFinished" | "jobsEnqueued"> {
  const duration = new Histogram({
    name: "sportello_job_duration_seconds",
    help: "Time of one run of a job, with how it ended",
    labelNames: ["queue", "outcome"] as const,
    buckets: JOB_BUCKETS_SECONDS,
    registers: [registry],
  });
  const enqueued = new Counter({
    name: "sportello_jobs_enqueued_total",
    help: "Jobs handed to the job queue, duplicates included",
    labelNames: ["queue"] as const,
    registers: [registry],
  });
  return {
    jobFinished: ({ queue, outcome, seconds }) => duration.observe({ queue, outcome }, seconds),
    jobsEnqueued: (queue, count) => enqueued.inc({ queue }, count),
  };
}

function tickFigures(registry: Registry): Pick<Metrics, "tickFinished" | "tickLeading"> {
  const labelled = { labelNames: ["task"] as const, registers: [registry] };
  const duration = new Histogram({
    name: "sportello_tick_duration_seconds",
    help: "Time of one run of a periodic task, with how it ended",
    labelNames: ["task", "outcome"] as const,
    buckets: JOB_BUCKETS_SECONDS,
    registers: [registry],
  });
  const lastSuccess = new Gauge({
    name: "sportello_tick_last_success_timestamp_seconds",
    help: "When a periodic task last ended well; alarm when it grows old in every process",
    ...labelled,
  });
  const leading = new Gauge({
    name: "sportello_tick_is_leading",
    help: "1 in the process that runs the task",
    ...labelled,
  });
  return {
    tickFinished: ({ task, outcome, seconds }) => {
      duration.observe({ task, outcome }, seconds);
      if (outcome === "ok") lastSuccess.setToCurrentTime({ task });
    },
    tickLeading: (task, isLeading) => leading.set({ task }, isLeading ? 1 : 0),
  };
}

type MessagePart = Pick<
  Metrics,
  "messageAttempted" | "setMessageLag" | "setMessagesWaiting" | "setSendingPaused"
>;

function messageFigures(registry: Registry): MessagePart {
  const attempts = new Histogram({
    name: "sportello_message_attempt_duration_seconds",
    help: "Time of handing one message to its provider, with what came of it",
    labelNames: ["channel", "provider", "outcome"] as const,
    buckets: JOB_BUCKETS_SECONDS,
    registers: [registry],
  });
  const lag = new Histogram({
    name: "sportello_message_lag_seconds",
    help: "Time from when a message was due until its provider took it",
    labelNames: ["channel", "kind"] as const,
    buckets: LAG_BUCKETS_SECONDS,
    registers: [registry],
  });
  const gauge = (name: string, help: string, label: string) =>
    new Gauge({ name, help, labelNames: [label], registers: [registry] });
  const oldest = gauge(
    "sportello_messages_oldest_due_seconds",
    "Age of the message that has been due the longest; exported by the process that dispatches",
    "channel",
  );
  const waiting = gauge(
    "sportello_messages_waiting",
    "Messages that are due and not begun, counted up to a bound",
    "channel",
  );
  const paused = gauge(
    "sportello_sending_is_paused",
    "1 while the whole installation sends nothing",
    "scope",
  );
  return {
    messageAttempted: ({ channel, provider, kind, outcome, seconds, lagSeconds }) => {
      attempts.observe({ channel, provider, outcome }, seconds);
      if (lagSeconds !== undefined) lag.observe({ channel, kind }, lagSeconds);
    },
    setMessageLag: (channel, seconds) => setOrRemove(oldest, { channel }, seconds),
    setMessagesWaiting: (channel, count) => setOrRemove(waiting, { channel }, count),
    setSendingPaused: (isPaused) =>
      setOrRemove(
        paused,
        { scope: "installation" },
        isPaused === undefined ? undefined : Number(isPaused),
      ),
  };
}

function waitlistFigures(registry: Registry): Pick<Metrics, "setWaitlist" | "offersLapsed"> {
  const entries = new Gauge({
    name: "sportello_waitlist_entries",
    help: "Wishes on the waitlist, by whether they wait or are asked at this moment",
    labelNames: ["state"] as const,
    registers: [registry],
  });
  const lapsed = new Counter({
    name: "sportello_waitlist_offers_lapsed_total",
    help: "Offers that passed without an answer",
    registers: [registry],
  });
  return {
    setWaitlist: (counts) => {
      setOrRemove(entries, { state: "waiting" }, counts?.waiting);
      setOrRemove(entries, { state: "offered" }, counts?.offered);
    },
    offersLapsed: (count) => lapsed.inc(count),
  };
}

function setOrRemove(
  gauge: Gauge,
  labels: Record<string, string>,
  value: number | undefined,
): void {
  if (value === undefined) gauge.remove(labels);
  else gauge.set(labels, value);
}
