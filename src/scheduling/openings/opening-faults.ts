import type { Fault } from "../../catalog/errors.ts";
import { dayNumberOf, toLocalDate } from "../../time/local-date.ts";
import { minutesOfTime, toLocalEndTime, toLocalTime } from "../../time/local-time.ts";
import type { CeilingFacts, Opening } from "./opening.ts";
import type { OpeningResource } from "./queries.ts";

const EXTRA_DAYS_MAX = 366;
const DAY_MINUTES = 24 * 60;

/** Returns what contradicts itself in an opening or does not fit its resource, each with the field at fault. */
export function openingFaults(opening: Opening, resource: OpeningResource): Fault[] {
  return [
    ...kindFaults(opening),
    ...dateFaults(opening),
    ...gridFaults(opening, resource),
    ...serviceFaults(opening, resource),
    ...opening.ceilings.flatMap((ceiling, i) => ceilingFaults(ceiling, i, opening)),
  ];
}

function kindFaults({ kind, rrule, overrides_closures: overrides }: Opening): Fault[] {
  const faults: Fault[] = [];
  if (kind === "recurring" && rrule === null) {
    faults.push({ path: "rrule", message: "a recurring opening needs a rule" });
  }
  if (kind === "extra" && rrule !== null) {
    faults.push({
      path: "rrule",
      message: "an extra opening is open every day of its range and has no rule",
    });
  }
  if (kind === "recurring" && overrides) {
    faults.push({
      path: "overrides_closures",
      message: "only an extra opening can override closures",
    });
  }
  return faults;
}

function dateFaults({ kind, starts_on: startsOn, ends_on: endsOn }: Opening): Fault[] {
  if (endsOn === null) {
    return kind === "extra"
      ? [{ path: "ends_on", message: "an extra opening needs a last day" }]
      : [];
  }
  if (endsOn < startsOn) return [{ path: "ends_on", message: "must not be before starts_on" }];
  const days = dayNumberOf(toLocalDate(endsOn)) - dayNumberOf(toLocalDate(startsOn));
  return kind === "extra" && days > EXTRA_DAYS_MAX
    ? [{ path: "ends_on", message: `must be at most ${EXTRA_DAYS_MAX} days after starts_on` }]
    : [];
}

function gridFaults(opening: Opening, { cell_minutes: cell }: OpeningResource): Fault[] {
  const faults: Fault[] = [];
  if (opening.start_step_minutes % cell !== 0) {
    faults.push({
      path: "start_step_minutes",
      message: `must be a multiple of the resource's cells of ${cell} minutes`,
    });
  }
  const start = minutesOfTime(toLocalTime(opening.start_time));
  const end = minutesOfTime(toLocalEndTime(opening.end_time));
  const length = end - start + (end <= start ? DAY_MINUTES : 0);
  if (length < cell) {
    faults.push({ path: "end_time", message: `leaves no room for a cell of ${cell} minutes` });
  }
  return faults;
}

function serviceFaults({ service_ids: ids }: Opening, resource: OpeningResource): Fault[] {
  return ids.flatMap((id, i) =>
    resource.service_ids.includes(id)
      ? []
      : [{ path: `service_ids.${i}`, message: "the resource does not offer this service" }],
  );
}

function ceilingFaults(ceiling: CeilingFacts, index: number, opening: Opening): Fault[] {
  const path = `ceilings.${index}`;
  const { service_id: serviceId, channel } = ceiling;
  if (channel === null && serviceId === null) {
    return [{ path, message: "must name a channel, a service or both" }];
  }
  const isRepeated = opening.ceilings
    .slice(0, index)
    .some((other) => keyOf(other) === keyOf(ceiling));
  if (isRepeated) return [{ path, message: "is stated twice" }];
  const isServed =
    serviceId === null ||
    opening.service_ids.length === 0 ||
    opening.service_ids.includes(serviceId);
  return isServed ? [] : [{ path: `${path}.service_id`, message: "is not served by this opening" }];
}

function keyOf({ scope, channel, service_id: serviceId }: CeilingFacts): string {
  return `${scope}/${channel ?? ""}/${serviceId ?? ""}`;
}
