import { isDeepStrictEqual } from "node:util";
import { changeEntriesIn } from "../catalog/eligibility/change-entries.ts";
import { ENTRIES_MAX } from "../catalog/eligibility/eligibility-list.ts";
import { putEligibilityListIn } from "../catalog/eligibility/put-eligibility-list.ts";
import { putLocalHolidayIn } from "../catalog/local-holidays/put-local-holiday.ts";
import type { Put } from "../catalog/put-outcome.ts";
import { putResourceIn } from "../catalog/resources/put-resource.ts";
import { putServiceLimitsIn } from "../catalog/service-limits/put-service-limits.ts";
import { putServiceIn } from "../catalog/services/put-service.ts";
import { putSiteIn } from "../catalog/sites/put-site.ts";
import { changeTenantIn } from "../identity/change-tenant.ts";
import { lockTenant } from "../identity/queries.ts";
import { settingsOf } from "../waitlist/settings/get-settings.ts";
import { putWaitlistSettingsIn } from "../waitlist/settings/put-settings.ts";
import type { WaitlistSettings } from "../waitlist/settings/settings.ts";
import { collectProblems, idOf, type ImportRun, noteOutcome } from "./import-run.ts";
import { putEach } from "./put-each.ts";
import type { Municipality } from "./schema.ts";

/** Makes the administration and its catalogue be as the document states. */
export async function putCatalogue(run: ImportRun, document: Municipality): Promise<void> {
  await collectProblems(run, "tenant", () => putTenant(run, document.tenant));
  await putEach(run, { list: "eligibility_lists", items: document.eligibility_lists }, (item) =>
    putList(run, item),
  );
  await putEach(run, { list: "sites", items: document.sites }, (site) =>
    putSiteIn(run.trx, run.context, withoutNote(site)),
  );
  await putHolidays(run, document.local_holidays);
  await putEach(run, { list: "services", items: document.services }, (item, path) =>
    putService(run, item, path),
  );
  await putEach(run, { list: "resources", items: document.resources }, (item) =>
    putResource(run, item),
  );
}

async function putTenant(run: ImportRun, wanted: Municipality["tenant"]): Promise<void> {
  const { slug, note: _note, default_language: language, ...rest } = wanted;
  const current = await lockTenant(run.trx, run.context.tenant.id);
  if (!current) throw new Error("The administration of an import is missing");
  const change = { ...rest, default_language: language ?? rest.languages[0] };
  const before = new Map<string, unknown>(Object.entries(current));
  const isSame = Object.entries(change).every(([key, value]) =>
    isDeepStrictEqual(before.get(key), value),
  );
  if (!isSame) await changeTenantIn(run.trx, run.context, { ...change, version: current.version });
  noteOutcome(run, { path: "tenant", name: slug }, isSame ? "unchanged" : "changed");
}

async function putList(
  run: ImportRun,
  { code, name, entries }: Municipality["eligibility_lists"][number],
): Promise<Put> {
  const put = await putEligibilityListIn(run.trx, run.context, { code, name });
  let added = 0;
  for (let from = 0; from < entries.length; from += ENTRIES_MAX) {
    const add = entries.slice(from, from + ENTRIES_MAX);
    const changed = await changeEntriesIn(run.trx, run.context, {
      listId: put.id,
      add,
      remove: [],
    });
    added += changed.added;
  }
  return put.outcome === "unchanged" && added > 0 ? { ...put, outcome: "changed" } : put;
}

async function putHolidays(
  run: ImportRun,
  holidays: Municipality["local_holidays"],
): Promise<void> {
  for (const [index, { site, month, day, name }] of holidays.entries()) {
    const path = `local_holidays.${index}`;
    await collectProblems(run, path, async () => {
      const site_id = site === null ? null : idOf(run, "sites", { code: site, path: "site" });
      const { outcome } = await putLocalHolidayIn(run.trx, run.context, {
        site_id,
        month,
        day,
        name,
      });
      noteOutcome(run, { path, name: Object.values(name)[0] ?? "" }, outcome);
    });
  }
}

async function putService(
  run: ImportRun,
  service: Municipality["services"][number],
  path: string,
): Promise<Put> {
  const { eligibility_list: list, limits, waitlist, ...facts } = withoutNote(service);
  const eligibility_list_id =
    list === null ? null : idOf(run, "eligibility_lists", { code: list, path: "eligibility_list" });
  const put = await putServiceIn(run.trx, run.context, { ...facts, eligibility_list_id });
  const named = { id: put.id, code: service.code, path };
  if (limits) await putLimits(run, named, limits);
  if (waitlist) await putWaitlist(run, named, waitlist);
  return put;
}

interface NamedService {
  readonly id: string;
  readonly code: string;
  readonly path: string;
}

async function putLimits(
  run: ImportRun,
  { id, code, path }: NamedService,
  limits: NonNullable<Municipality["services"][number]["limits"]>,
): Promise<void> {
  const stated = { serviceId: id, limits: limits.map(withoutNote) };
  await collectProblems(run, `${path}.limits`, async () => {
    const outcomes = await putServiceLimitsIn(run.trx, run.context, stated);
    for (const outcome of outcomes)
      noteOutcome(run, { path: `${path}.limits`, name: code }, outcome);
  });
}

async function putWaitlist(
  run: ImportRun,
  { id, code, path }: NamedService,
  stated: WaitlistSettings,
): Promise<void> {
  const { trx, context } = run;
  const { version, service_id: _id, ...current } = await settingsOf(trx, context.tenant.id, id);
  const isSame = version > 0 && isDeepStrictEqual(current, stated);
  if (!isSame)
    await putWaitlistSettingsIn(trx, context, { serviceId: id, version, settings: stated });
  const outcome = version === 0 ? "created" : "changed";
  noteOutcome(run, { path: `${path}.waitlist`, name: code }, isSame ? "unchanged" : outcome);
}

async function putResource(
  run: ImportRun,
  resource: Municipality["resources"][number],
): Promise<Put> {
  const { site, services, ...facts } = withoutNote(resource);
  return putResourceIn(run.trx, run.context, {
    ...facts,
    site_id: idOf(run, "sites", { code: site, path: "site" }),
    service_ids: services.map((code, at) =>
      idOf(run, "services", { code, path: `services.${at}` }),
    ),
  });
}

/** The same without the words for readers of the file. */
export function withoutNote<Item extends { readonly note?: string | undefined }>(
  item: Item,
): Omit<Item, "note"> {
  const { note: _note, ...rest } = item;
  return rest;
}
