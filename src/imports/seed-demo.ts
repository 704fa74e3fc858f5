import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { v7 as uuidv7 } from "uuid";
import type { Deps, RequestContext, Tenant } from "../context.ts";
import { createApiKey } from "../identity/create-api-key.ts";
import { findTenantBySlug } from "../identity/queries.ts";
import { tenantOf } from "../identity/tenant.ts";
import { generateSlots } from "../scheduling/generate-slots.ts";
import { listResourceIds } from "../scheduling/queries.ts";
import { importMunicipality, parseMunicipality } from "./import-municipality.ts";
import { initFromDocument } from "./init-from-document.ts";
import { hasOtherTenants, hasSites } from "./queries.ts";
import type { Municipality } from "./schema.ts";

const DEMO_DIR = join(import.meta.dirname, "..", "..", "data", "demo");
const DEMO_FILES = ["comune-di-esempio.json", "ville-d-exemple.json"];
const RESOURCES_MAX = 1_000;

/** A demo administration that was just filled, with a key of its administrator, shown this once. */
export interface DemoLogin {
  readonly slug: string;
  readonly name: string;
  readonly adminKey: string;
}

/**
 * Fills an empty database with the demo municipality and generates its slots, so that it can be booked at once; takes a
 * few seconds. Returns what it filled: nothing when it is there already, or when there is any other administration.
 * May be repeated; a seeding that was interrupted is finished by the next one.
 */
export async function seedDemo(deps: Pick<Deps, "db" | "vault">): Promise<DemoLogin[]> {
  const documents = await Promise.all(DEMO_FILES.map(readDocument));
  const slugs = documents.map(({ tenant }) => tenant.slug);
  if (await deps.db.inSystem((trx) => hasOtherTenants(trx, slugs), { isReadOnly: true })) return [];
  const logins: DemoLogin[] = [];
  for (const document of documents) {
    const login = await seedOne(deps, document);
    if (login) logins.push(login);
  }
  return logins;
}

async function readDocument(file: string): Promise<Municipality> {
  const path = join(DEMO_DIR, file);
  const { document, problems } = parseMunicipality(JSON.parse(await readFile(path, "utf8")));
  if (!document) throw new Error(`${path} is not valid: ${JSON.stringify(problems.slice(0, 3))}`);
  return document;
}

async function seedOne(
  deps: Pick<Deps, "db" | "vault">,
  document: Municipality,
): Promise<DemoLogin | undefined> {
  const { slug, name } = document.tenant;
  const known = await deps.db.inSystem((trx) => findTenantBySlug(trx, slug), { isReadOnly: true });
  if (known && (await deps.db.inTenant(known.id, (trx) => hasSites(trx, known.id))))
    return undefined;
  const { tenant, adminKey } = known
    ? await withNewKey(deps, tenantOf(known))
    : await initFromDocument(deps, document);
  const context = systemContext(tenant);
  const report = await importMunicipality(deps, context, { document, isDryRun: false });
  if (!report.is_applied) {
    throw new Error(`The demo ${slug} cannot be imported: ${JSON.stringify(report.problems)}`);
  }
  await generateAll(deps, context);
  return { slug, name: name[tenant.defaultLanguage] ?? slug, adminKey };
}

/** The key that an interrupted seeding made was never shown, so another one is made. */
async function withNewKey(deps: Pick<Deps, "db">, tenant: Tenant) {
  const key = { kind: "secret", name: "Demo administrator", scopes: ["admin"] } as const;
  const { token } = await createApiKey(deps, systemContext(tenant), key);
  return { tenant, adminKey: token };
}

async function generateAll(deps: Pick<Deps, "db">, context: RequestContext): Promise<void> {
  const tenantId = context.tenant.id;
  const resourceIds = await deps.db.inTenant(
    tenantId,
    (trx) => listResourceIds(trx, tenantId, { scope: {}, limit: RESOURCES_MAX }),
    { isReadOnly: true },
  );
  for (const resourceId of resourceIds) await generateSlots(deps, context, { resourceId });
}

function systemContext(tenant: Tenant): RequestContext {
  return { tenant, actor: { kind: "system" }, requestId: uuidv7() };
}
