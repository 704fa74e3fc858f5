/** The commands of `sportello`, each ending with its exit code: 0 done, 1 not done. */
import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { migrateDatabase, withDatabase } from "./cli-database.ts";
import { UsageError } from "./cli-usage.ts";
import { type Config, loadConfig } from "./config.ts";
import { type Deps, languages, type RequestContext, scopes, type Tenant } from "./context.ts";
import { folderMark } from "./folder-mark.ts";
import { createApiKey } from "./identity/create-api-key.ts";
import { initTenant } from "./identity/init-tenant.ts";
import { findTenantBySlug } from "./identity/queries.ts";
import { tenantOf } from "./identity/tenant.ts";
import { appointmentsReportCsv, appointmentsReportText } from "./imports/appointments-report.ts";
import { importAppointments } from "./imports/import-appointments.ts";
import { importMunicipality, parseMunicipality } from "./imports/import-municipality.ts";
import { initFromDocument } from "./imports/init-from-document.ts";
import { reportText } from "./imports/report-text.ts";
import type { Municipality } from "./imports/schema.ts";
import { pauseSending, releaseSending } from "./messages/switch/switch-sending.ts";
import { watchPlace } from "./messages/switch/watch-place.ts";
import { errorMessage, StartError } from "./start-error.ts";
import { isTimeZone } from "./time/zone-offset.ts";

/** Options as they were written. */
export interface OptionValues {
  readonly slug?: string | undefined;
  readonly name?: string | undefined;
  readonly language?: readonly string[] | undefined;
  readonly "time-zone"?: string | undefined;
  readonly country?: string | undefined;
  readonly region?: string | undefined;
  readonly tenant?: string | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly widget?: boolean | undefined;
  readonly report?: string | undefined;
  readonly apply?: boolean | undefined;
  readonly reason?: string | undefined;
  readonly "discard-before"?: string | undefined;
}

/** What a command was called with; `say` prints a line. */
export interface CommandCall {
  readonly file?: string | undefined;
  readonly values: OptionValues;
  readonly say: (text: string) => void;
}

const MEGABYTE = 1_048_576;
const DOCUMENT_BYTES_MAX = 64 * MEGABYTE;

/** Brings the database up to date. */
export async function migrateNow(say: (text: string) => void): Promise<number> {
  const applied = await migrateDatabase(loadConfig());
  say(applied.length === 0 ? "The database is up to date." : applied.join("\n"));
  return 0;
}

/** Makes an administration and shows its first administrator's key. */
export async function initialize({ file, values, say }: CommandCall): Promise<number> {
  const document = file === undefined ? undefined : mustBeValid(await readJson(file));
  const facts = document ? undefined : initFacts(values);
  const { tenant, adminKey } = await withDatabase(loadConfig(), (deps) => {
    if (document) return initFromDocument(deps, document);
    if (facts) return initTenant(deps, facts);
    throw new UsageError("Name a document, or --slug and --name.");
  });
  say(
    `The administration ${tenant.slug} is there. Its administrator's key, shown this once:\n\n  ${adminKey}\n`,
  );
  if (file !== undefined) say(`Import its document now: sportello import ${file} --apply`);
  return 0;
}

const initSchema = z.strictObject({
  slug: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "--slug must be lower-case letters, digits and hyphens"),
  name: z.string().trim().min(1, "--name must not be empty").max(200, "--name is too long"),
  languages: z.tuple([z.enum(languages)], z.enum(languages)),
  timeZone: z.string().refine(isTimeZone, "--time-zone must be an IANA zone such as Europe/Rome"),
  holidayCountry: z.string().regex(/^[A-Z]{2}$/, "--country must be a code such as IT"),
  holidayRegion: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,20}$/, "--region must be a code such as BZ")
    .nullable(),
});

function initFacts(values: OptionValues) {
  const { slug, name } = values;
  if (slug === undefined || name === undefined) {
    throw new UsageError("init needs a document, or --slug and --name.");
  }
  const parsed = initSchema.safeParse({
    slug,
    name,
    languages: values.language ?? ["it"],
    timeZone: values["time-zone"] ?? "Europe/Rome",
    holidayCountry: values.country ?? "IT",
    holidayRegion: values.region ?? null,
  });
  if (!parsed.success)
    throw new UsageError(parsed.error.issues.map((one) => one.message).join("; "));
  const facts = parsed.data;
  return { ...facts, name: { [facts.languages[0]]: facts.name } };
}

/** Makes an administration be as a document states, or tells what that would do. */
export async function importFile({ file, values, say }: CommandCall): Promise<number> {
  if (file === undefined)
    throw new UsageError("import needs a document: sportello import file.json");
  const json = await readJson(file);
  const { tenant } = mustBeValid(json);
  const report = await withDatabase(loadConfig(), async (deps) => {
    const context = await contextOf(deps, tenant.slug);
    return importMunicipality(deps, context, { document: json, isDryRun: !values.apply });
  });
  say(reportText(report));
  return report.problems.length === 0 ? 0 : 1;
}

/** Takes over the appointments of an old system, or tells which would fit. */
export async function importAppointmentsFile({ file, values, say }: CommandCall): Promise<number> {
  const slug = values.tenant;
  if (file === undefined || slug === undefined) {
    throw new UsageError("import-appointments needs a file and --tenant.");
  }
  const report = await withDatabase(loadConfig(), async (deps) => {
    const context = await contextOf(deps, slug);
    return importAppointments(deps, context, {
      csv: createReadStream(file),
      isDryRun: !values.apply,
    });
  });
  if (values.report !== undefined) await writeFile(values.report, appointmentsReportCsv(report));
  say(appointmentsReportText(report));
  return report.refused.length === 0 ? 0 : 1;
}

const keySchema = z.strictObject({
  name: z.string().trim().min(1, "--name must not be empty").max(100, "--name is too long"),
  scopes: z.array(z.enum(scopes, { error: `--scope must be one of ${scopes.join(", ")}` })),
});

/** Makes an API key and shows it. */
export async function createKey({ values, say }: CommandCall): Promise<number> {
  const { tenant: slug, name, widget = false } = values;
  if (slug === undefined || name === undefined) {
    throw new UsageError("key create needs --tenant and --name.");
  }
  const parsed = keySchema.safeParse({ name, scopes: values.scope ?? [] });
  if (!parsed.success)
    throw new UsageError(parsed.error.issues.map((one) => one.message).join("; "));
  if (widget === parsed.data.scopes.length > 0) {
    throw new UsageError("A key has --scope once or more, or it is a --widget key without any.");
  }
  const kind = widget ? "publishable" : "secret";
  const { token } = await withDatabase(loadConfig(), async (deps) => {
    return createApiKey(deps, await contextOf(deps, slug), { ...parsed.data, kind });
  });
  say(`The key, shown this once:\n\n  ${token}\n`);
  return 0;
}

/** Tells whether messages are sent at all. */
export async function showSending(say: (text: string) => void): Promise<number> {
  const config = loadConfig();
  const folder = await folderOf(config);
  const { isPaused, reason } = await withDatabase(config, (deps) => watchPlace(deps, folder));
  say(isPaused ? `Sending is paused: ${reason ?? "no reason given"}.` : "Messages are sent.");
  return 0;
}

/** Stops the sending of all administrations. */
export async function pauseAllSending({ values, say }: CommandCall): Promise<number> {
  const reason = (values.reason ?? "by hand").trim().slice(0, 500);
  if (reason === "") throw new UsageError("--reason must not be empty.");
  await withDatabase(loadConfig(), (deps) => pauseSending(deps, reason));
  say("Nothing is sent until sportello sending release.");
  return 0;
}

/** Lets the sending of all administrations go on, in this database. */
export async function releaseAllSending({ values, say }: CommandCall): Promise<number> {
  const before = values["discard-before"];
  const discardBefore = before === undefined ? undefined : Date.parse(before);
  if (Number.isNaN(discardBefore)) {
    throw new UsageError("--discard-before must be an instant such as 2026-12-01T09:00:00+01:00.");
  }
  const config = loadConfig();
  const folder = await folderOf(config);
  const discarded = await withDatabase(config, (deps) =>
    releaseSending(deps, { discardBefore, folder }),
  );
  say(`Messages are sent again. Discarded first: ${discarded}.`);
  return 0;
}

async function folderOf({ database, dataDir }: Config): Promise<string | null> {
  return database ? null : folderMark(dataDir);
}

async function contextOf(deps: Pick<Deps, "db">, slug: string): Promise<RequestContext> {
  const tenant = await findTenant(deps, slug);
  return { tenant, actor: { kind: "system" }, requestId: uuidv7() };
}

async function findTenant({ db }: Pick<Deps, "db">, slug: string): Promise<Tenant> {
  const row = await db.inSystem((trx) => findTenantBySlug(trx, slug), { isReadOnly: true });
  if (row) return tenantOf(row);
  throw new StartError(`There is no administration ${slug} yet. Make it with sportello init.`);
}

async function readJson(file: string): Promise<unknown> {
  try {
    const text = await readFile(file, "utf8");
    if (text.length > DOCUMENT_BYTES_MAX) {
      throw new Error(`it is larger than ${DOCUMENT_BYTES_MAX / MEGABYTE} MB`);
    }
    return JSON.parse(text);
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
}

function mustBeValid(json: unknown): Municipality {
  const { document, problems } = parseMunicipality(json);
  if (document) return document;
  const lines = problems
    .slice(0, 20)
    .map(({ path, message }) => `  ${path || "document"}: ${message}`);
  throw new StartError(`The document does not fit its form:\n${lines.join("\n")}`);
}
