import type { DomainEvent } from "../events/record-events.ts";
import type { Tenant } from "../context.ts";
import type { ScheduleScope } from "./queries.ts";

/** A change of an opening, a closure or a day mark. */
export type ScheduleFact = {
  readonly thing: "opening" | "closure" | "day_mark";
  readonly verb: "created" | "changed" | "retired";
  readonly id: string;
  readonly version: number;
  /** Names of what differs from before. */
  readonly changedKeys?: readonly string[] | undefined;
};

/**
 * The events of a change: what was done to what, for the audit, and `schedule.changed` about the resource, the site
 * or the tenant concerned, which lets the slots follow.
 */
export function scheduleEvents(
  tenant: Pick<Tenant, "id">,
  scope: ScheduleScope,
  fact: ScheduleFact,
): DomainEvent[] {
  return [
    {
      kind: `${fact.thing}.${fact.verb}`,
      subjectKind: fact.thing,
      subjectId: fact.id,
      subjectVersion: fact.version,
      body: fact.changedKeys === undefined ? {} : { changed: fact.changedKeys },
      isRelayed: false,
    },
    {
      kind: "schedule.changed",
      ...subjectOf(tenant, scope),
      body: { [`${fact.thing}_id`]: fact.id },
      isRelayed: true,
    },
  ];
}

function subjectOf(
  tenant: Pick<Tenant, "id">,
  { resourceId, siteId }: ScheduleScope,
): { subjectKind: string; subjectId: string } {
  if (resourceId) return { subjectKind: "resource", subjectId: resourceId };
  if (siteId) return { subjectKind: "site", subjectId: siteId };
  return { subjectKind: "tenant", subjectId: tenant.id };
}
