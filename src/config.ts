import { resolve } from "node:path";
import { z } from "zod";
import { parseSecretKeys } from "./db/vault-keys.ts";
import type { MasterKey } from "./db/vault.ts";
import { address, integer, webOrigin } from "./environment-fields.ts";
import {
  findMessageFaults,
  type MessageConfig,
  messageEnvironment,
  readMessageConfig,
} from "./message-config.ts";
import { StartError, errorMessage, systemErrorCode } from "./start-error.ts";

/** What the environment says about this process, checked. */
export type Config = {
  readonly port: number;
  readonly host: string;
  /** Absolute path. */
  readonly dataDir: string;
  /** Addresses of an existing server; undefined means the embedded database. */
  readonly database: { readonly url: string; readonly adminUrl: string } | undefined;
  readonly redisUrl: string | undefined;
  /** The current key first; undefined (embedded only) means the keys in `dataDir`. */
  readonly secretKeys: readonly MasterKey[] | undefined;
  /** Origin under which citizens reach the pages, without a slash at the end. */
  readonly publicUrl: string;
  readonly logLevel: LogLevel;
  readonly databasePoolMax: number;
  readonly jobsPoolMax: number;
  readonly stopDelayMs: number;
  readonly messages: MessageConfig;
};

const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
type LogLevel = (typeof logLevels)[number];

/** The variables that are read; `.env.example` is made from their descriptions. */
export const environmentSchema = z.object({
  PORT: integer(0, 65_535, 3000).meta({
    description: "TCP port of the service; 0 takes any free one.",
  }),
  HOST: z.string().min(1).default("127.0.0.1").meta({
    description:
      "Address to listen on. 0.0.0.0 for all, in a container or for other machines in the network.",
  }),
  PUBLIC_URL: webOrigin().optional().meta({
    description:
      "Where citizens reach the service, for links in pages, messages and calendars. Default: http://localhost:PORT.",
    example: "https://appointments.example.org",
  }),
  DATA_DIR: z.string().min(1).default("./.data").meta({
    description:
      "Folder of the embedded database, its passwords and the secret keys. Back it up as a whole.",
  }),
  DATABASE_URL: address(["postgres:", "postgresql:"], "postgresql://").optional().meta({
    description:
      "Address of a PostgreSQL 15 or newer, instead of the embedded one. Its user must be sportello_service, or may take on that role.",
    example: "postgresql://sportello_service:password@db.example.org:5432/sportello",
  }),
  DATABASE_ADMIN_URL: address(["postgres:", "postgresql:"], "postgresql://").optional().meta({
    description:
      "Address of the same database for a user who may create tables and roles; only migrations use it. Default: DATABASE_URL.",
    example: "postgresql://owner:password@db.example.org:5432/sportello",
  }),
  DATABASE_POOL_MAX: integer(2, 500, 20).meta({
    description:
      "Database connections at most, for requests of this process; and as many again for its background work.",
  }),
  REDIS_URL: address(["redis:", "rediss:"], "redis://").optional().meta({
    description:
      "Redis for background jobs, with maxmemory-policy noeviction. Default: jobs wait in PostgreSQL.",
    example: "redis://cache.example.org:6379",
  }),
  JOBS_POOL_MAX: integer(2, 100, 6).meta({
    description: "Further database connections at most, for the queues of background jobs.",
  }),
  SECRET_KEYS: z
    .string()
    .transform(readKeys)
    .optional()
    .meta({
      description:
        "Keys that seal personal data and sign links: kid:base64-of-32-bytes, the current one first, old ones after it. " +
        "Needed with DATABASE_URL; otherwise made once in DATA_DIR/secret-keys. Make one: openssl rand -base64 32.",
      example: "k1:REPLACE-BY-BASE64-OF-32-RANDOM-BYTES",
    }),
  LOG_LEVEL: z
    .enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` })
    .default("info")
    .meta({ description: `Quietest log lines that are written: ${logLevels.join(", ")}.` }),
  STOP_DELAY_SECONDS: integer(0, 20, 2).meta({
    description:
      "How long readiness is off before the service stops accepting requests after SIGTERM, so that a load balancer notices. Ctrl-C skips it.",
  }),
  ...messageEnvironment,
});

/**
 * Reads this process's environment and, if it is there, the file `.env` of the working directory, whose
 * values yield to the environment's. Throws StartError that lists all faults.
 */
export function loadConfig(): Config {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") {
      throw new StartError(`The file .env cannot be read (${errorMessage(error)}).`, {
        cause: error,
      });
    }
  }
  return parseConfig(process.env);
}

/** Checks the variables of an environment; an empty value counts as not set. Throws StartError that lists all faults. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const isSet = ([, value]: [string, string | undefined]): boolean => Boolean(value?.trim());
  const set = Object.fromEntries(Object.entries(environment).filter(isSet));
  const { success, data: env, error } = environmentSchema.safeParse(set);
  const faults = [...(error?.issues ?? []).map(describeIssue), ...findMissing(set)];
  if (!success || faults.length > 0) throw new StartError(describeFaults(faults));
  const { DATABASE_URL: url } = env;
  return {
    port: env.PORT,
    host: env.HOST,
    dataDir: resolve(env.DATA_DIR),
    database: url === undefined ? undefined : { url, adminUrl: env.DATABASE_ADMIN_URL ?? url },
    redisUrl: env.REDIS_URL,
    secretKeys: env.SECRET_KEYS,
    publicUrl: env.PUBLIC_URL ?? localUrl(env.PORT),
    logLevel: env.LOG_LEVEL,
    databasePoolMax: env.DATABASE_POOL_MAX,
    jobsPoolMax: env.JOBS_POOL_MAX,
    stopDelayMs: env.STOP_DELAY_SECONDS * 1000,
    messages: readMessageConfig(env),
  };
}

/** The same settings with the port that was really opened, where PORT was 0. */
export function atPort(config: Config, port: number): Config {
  const isDefaultUrl = config.publicUrl === localUrl(config.port);
  return { ...config, port, publicUrl: isDefaultUrl ? localUrl(port) : config.publicUrl };
}

function localUrl(port: number): string {
  return `http://localhost:${port}`;
}

/** What one variable asks of another. Judged apart, because a schema stops at the faults of single fields. */
function findMissing(set: Readonly<Record<string, string | undefined>>): string[] {
  const faults: string[] = [];
  if (set["DATABASE_URL"] !== undefined && set["SECRET_KEYS"] === undefined) {
    faults.push(
      "SECRET_KEYS is needed with DATABASE_URL. Make a key with `openssl rand -base64 32` and set SECRET_KEYS=k1:<key>",
    );
  }
  if (set["DATABASE_ADMIN_URL"] !== undefined && set["DATABASE_URL"] === undefined) {
    faults.push("DATABASE_ADMIN_URL is set, so DATABASE_URL must be set too");
  }
  return [...faults, ...findMessageFaults(set)];
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  return `${path.join(".")} ${message}`;
}

function describeFaults(faults: readonly string[]): string {
  const count = faults.length === 1 ? "One setting is" : `${faults.length} settings are`;
  const lines = faults.map((fault) => `  ${fault}.`).join("\n");
  return `${count} wrong; correct the environment (or .env) and start again:\n${lines}`;
}

function readKeys(text: string, context: z.core.$RefinementCtx<string>): readonly MasterKey[] {
  try {
    return parseSecretKeys(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: errorMessage(error) });
    return z.NEVER;
  }
}
