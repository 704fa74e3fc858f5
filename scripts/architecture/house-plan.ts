/**
 * The house as data: which folder of `src/` lies on which floor, which doors exist between rooms of
 * one floor, and where Hono and SQL may be spoken. docs/decisions/0004 says why.
 */

/** Folders of `src/` by floor; imports point to a lower floor or stay in the folder. */
export const FLOORS: readonly (readonly string[])[] = [
  ["time"],
  ["db", "events", "http", "jobs", "telemetry"],
  ["identity", "catalog", "messages"],
  ["slots"],
  ["appointments"],
  ["queue", "scheduling", "reminders", "waitlist", "lots"],
  ["bulk", "imports", "requests", "statistics"],
  ["web", "widget"],
];

/**
 * The only imports between folders of one floor, as `[from, to]`. They must not form a circle.
 * `db` carries the floor it stands on, and whoever wants to know who is asking needs `identity`.
 */
export const DOORS: readonly (readonly [from: string, to: string])[] = [
  ["events", "db"],
  ["events", "http"],
  ["http", "db"],
  ["jobs", "db"],
  ["jobs", "events"],
  ["db", "telemetry"],
  ["events", "telemetry"],
  ["http", "telemetry"],
  ["jobs", "telemetry"],
  ["catalog", "identity"],
  ["messages", "identity"],
  // Offers go out as messages do: outside quiet hours, by the way that reaches somebody.
  ["waitlist", "reminders"],
  ["web", "widget"],
];

/** Files directly in `src/` that every folder may import. */
export const SHARED_ROOT_FILES = ["errors.ts", "context.ts", "config.ts", "start-error.ts"];

/** The highest floor that a shared root file may import. */
export const SHARED_ROOT_FLOOR_MAX = 1;

/** Packages of the HTTP layer. */
export const HTTP_PACKAGES = /^(?:hono|@hono\/[^/]+)(?:\/|$)/;

/** Files that may import the HTTP layer. */
export const HTTP_PLACES =
  /^src\/(?:app|openapi|server|main|deps)\.ts$|^src\/(?:http|web|widget)\/|\/(?:[a-z-]+-)?routes\.ts$/;

/** The `z` of this package is zod itself, with OpenAPI metadata; schemas may import it, and nothing else. */
export const SCHEMA_PACKAGE = "@hono/zod-openapi";

/** Files that may hold SQL. */
export const SQL_PLACES = /^src\/(?:db|events|jobs)\/|\/(?:[a-z-]+-)?queries\.ts$/;

/** Packages that speak to the database; importing a type from them is free. */
export const SQL_PACKAGES = /^(?:kysely|pg|pg-[a-z-]+)$/;

export const CLOCK_FILE = "src/time/clock.ts";

/** Generated files, exempt from the rules about wording. */
export const GENERATED_FILES = ["src/db/schema.ts"];

/** Words that say nothing about what a file or folder holds. */
export const EMPTY_WORDS = ["utils", "util", "helpers", "helper", "common", "misc", "shared"];
export const EMPTY_FILE_NAMES = ["service.ts", "index.ts", "types.ts"];
