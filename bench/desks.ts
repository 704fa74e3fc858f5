import { createResourceIn } from "../src/catalog/resources/create-resource.ts";
import { createService } from "../src/catalog/services/create-service.ts";
import { createServiceSchema } from "../src/catalog/services/schema.ts";
import { createSite } from "../src/catalog/sites/create-site.ts";
import { createSiteSchema } from "../src/catalog/sites/schema.ts";
import type { Deps, RequestContext } from "../src/context.ts";
import { createOpeningIn } from "../src/scheduling/openings/create-opening.ts";
import { createOpeningSchema } from "../src/scheduling/openings/schema.ts";

/** A town hall with many desks that have openings and no slots yet. */
export interface Desks {
  readonly siteId: string;
  readonly serviceId: string;
  readonly resourceIds: readonly string[];
}

const name = { it: "Prova" };

/** Makes the desks by the verbs that the API calls; their horizon is so many days. */
export async function buildDesks(
  deps: Deps,
  context: RequestContext,
  { count, days }: { count: number; days: number },
): Promise<Desks> {
  const site = await createSite(
    deps,
    context,
    createSiteSchema.parse({ code: "sede", name, time_zone: "Europe/Rome" }),
  );
  const service = await createService(
    deps,
    context,
    createServiceSchema.parse({
      code: "carta",
      name,
      duration_minutes: 20,
      horizon_days: days - 1,
    }),
  );
  const resourceIds: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const facts = {
      code: `sportello-${n}`,
      name,
      role: "desk",
      is_choosable: false,
      site_id: site.id,
      cell_minutes: 20,
      service_ids: [service.id],
    };
    resourceIds.push(await addDesk(deps, context, facts));
  }
  return { siteId: site.id, serviceId: service.id, resourceIds };
}

/** A desk open in the mornings from Monday to Friday, and on two afternoons: 18 cells on those days, 12 on others. */
async function addDesk(
  { db }: Deps,
  context: RequestContext,
  facts: Parameters<typeof createResourceIn>[2],
): Promise<string> {
  return db.inTenant(context.tenant.id, async (trx) => {
    const { id } = await createResourceIn(trx, context, facts);
    const of = { resource_id: id, starts_on: "2026-01-01", capacity: 1 };
    const mornings = {
      ...of,
      code: "mattina",
      rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
      start_time: "08:30",
      end_time: "12:30",
    };
    const afternoons = {
      ...of,
      code: "pomeriggio",
      rrule: "FREQ=WEEKLY;BYDAY=TU,TH",
      start_time: "14:00",
      end_time: "16:00",
    };
    await createOpeningIn(trx, context, createOpeningSchema.parse(mornings));
    await createOpeningIn(trx, context, createOpeningSchema.parse(afternoons));
    return id;
  });
}
