import type { Deps, Tenant } from "../context.ts";
import { initTenant } from "../identity/init-tenant.ts";
import type { Municipality } from "./schema.ts";

/**
 * Makes the administration that a document names, without what it contains, and its first administrator's key, which is shown here
 * and never again. Throws `tenant-slug-taken`.
 */
export async function initFromDocument(
  deps: Pick<Deps, "db">,
  { tenant }: Pick<Municipality, "tenant">,
): Promise<{ tenant: Tenant; adminKey: string }> {
  const [first, ...others] = tenant.languages;
  const defaultLanguage = tenant.default_language ?? first;
  if (first === undefined || defaultLanguage === undefined)
    throw new Error("A document has a language");
  const rest = [first, ...others].filter((language) => language !== defaultLanguage);
  return initTenant(deps, {
    slug: tenant.slug,
    name: tenant.name,
    languages: [defaultLanguage, ...rest],
    timeZone: tenant.time_zone,
    holidayCountry: tenant.holiday_country,
    holidayRegion: tenant.holiday_region ?? null,
    isTraining: tenant.is_training,
  });
}
