import { fail, sleep } from "k6";
import { admin, get, uuid } from "./api.js";

const CELL_MINUTES = 15;
const SLOTS_WAIT_SECONDS = 90;

/** `days` after today, in UTC, as YYYY-MM-DD. */
export function dateAfter(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Builds a service, and sites with a desk each, over the API, and waits until their slots are there. Sites keep UTC, so
 * that no script needs to know time zones. Openings run from 08:00 to 16:00 on the days from `firstDay` on.
 */
export function buildTown({ name, sites, days, capacity, firstDay = 1, service = {} }) {
  const suffix = `${name}-${uuid().slice(0, 8)}`;
  const label = { it: name };
  const built = admin("POST", "services", {
    code: suffix,
    name: label,
    duration_minutes: CELL_MINUTES,
    horizon_days: firstDay + days,
    party_size_max: 4,
    ...service,
  });
  const siteCodes = [];
  const ids = { services: [built.id], resources: [], sites: [] };
  for (let n = 1; n <= sites; n += 1) {
    const code = `${suffix}-${n}`;
    const site = admin("POST", "sites", { code, name: label, time_zone: "UTC" });
    const resource = admin("POST", "resources", {
      code,
      name: label,
      site_id: site.id,
      cell_minutes: CELL_MINUTES,
      service_ids: [built.id],
    });
    admin("POST", "openings", {
      code: "orario",
      resource_id: resource.id,
      kind: "recurring",
      rrule: "FREQ=DAILY",
      starts_on: dateAfter(firstDay),
      ends_on: dateAfter(firstDay + days - 1),
      start_time: "08:00",
      end_time: "16:00",
      capacity,
      runs_on_holidays: true,
    });
    siteCodes.push(code);
    ids.sites.push(site.id);
    ids.resources.push(resource.id);
  }
  const town = {
    serviceCode: suffix,
    siteCodes,
    ids,
    from: dateAfter(firstDay),
    to: dateAfter(firstDay + days - 1),
  };
  for (const site of siteCodes) waitForSlots(town, site);
  return town;
}

/** What availability is asked for: the town's days at one site. */
export function monthOf(town, site) {
  return `availability?service=${town.serviceCode}&site=${site}&from=${town.from}&to=${town.to}`;
}

/** The worker makes slots after the opening was created; until then the last day is closed. */
function waitForSlots(town, site) {
  for (let waited = 0; waited < SLOTS_WAIT_SECONDS; waited += 1) {
    const answer = get(monthOf(town, site), { name: "setup" });
    const days = answer.status === 200 ? answer.json("days") : [];
    if (days.length > 0 && days[days.length - 1].status !== "closed") return;
    sleep(1);
  }
  fail(`The slots of ${site} did not appear within ${SLOTS_WAIT_SECONDS} s`);
}

/** Every start that is free now, per site. */
export function freeStarts(town) {
  return town.siteCodes.map((site) => ({
    site,
    starts: get(monthOf(town, site), { name: "setup" })
      .json("days")
      .flatMap((day) => day.starts.map((start) => start.starts_at)),
  }));
}

/** Takes the town out of use; what was booked stays, for the check of the invariants. */
export function retireTown({ ids }) {
  for (const id of ids.services) admin("DELETE", `services/${id}`);
}
