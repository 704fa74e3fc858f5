import { v7 as uuidv7 } from "uuid";
import type { Deps, Language, LocalizedText, Tenant } from "../context.ts";
import { violatedConstraint } from "../db/faults.ts";
import { DomainError } from "../errors.ts";
import { recordEvents } from "../events/record-events.ts";
import { createApiKeyIn } from "./create-api-key.ts";
import { slugTaken } from "./errors.ts";
import { insertTenant, type TenantRow } from "./queries.ts";
import { tenantOf } from "./tenant.ts";

export interface InitTenant {
  /** Names the tenant in addresses: lower-case letters, digits and hyphens, 2 to 63. */
  readonly slug: string;
  readonly name: LocalizedText;
  /** The first is the default language. */
  readonly languages: readonly [Language, ...Language[]];
  /** IANA zone. */
  readonly timeZone: string;
  /** ISO 3166-1 alpha-2. */
  readonly holidayCountry: string;
  readonly holidayRegion?: string | null;
  readonly contact?: Tenant["contact"];
  readonly isTraining?: boolean;
}

/**
 * Makes a tenant and its first administrator's key, which is shown here and never again.
 * Throws `tenant-slug-taken`. Nothing checks who asks: only the command line and tests call it.
 */
export async function initTenant(
  deps: Pick<Deps, "db">,
  input: InitTenant,
): Promise<{ tenant: Tenant; adminKey: string }> {
  const row = rowOf(input);
  const tenant = tenantOf(row);
  const context = { tenant, actor: { kind: "system" }, requestId: uuidv7() } as const;
  try {
    return await deps.db.inTenant(tenant.id, async (trx) => {
      await insertTenant(trx, row);
      await recordEvents(trx, context, [
        { kind: "tenant.created", subjectKind: "tenant", subjectId: tenant.id, isRelayed: false },
      ]);
      const key = { kind: "secret", name: "First administrator", scopes: ["admin"] } as const;
      const { token } = await createApiKeyIn(trx, context, key);
      return { tenant, adminKey: token };
    });
  } catch (cause) {
    if (violatedConstraint(cause) !== "tenants_slug_is_unique") throw cause;
    throw new DomainError(slugTaken, "There is an administration of this name already.", { cause });
  }
}

function rowOf(input: InitTenant): TenantRow {
  return {
    id: uuidv7(),
    slug: input.slug,
    name: input.name,
    languages: [...input.languages],
    default_language: input.languages[0],
    time_zone: input.timeZone,
    holiday_country: input.holidayCountry,
    holiday_region: input.holidayRegion ?? null,
    contact: input.contact ?? {},
    is_training: input.isTraining ?? false,
    version: 1,
  };
}
