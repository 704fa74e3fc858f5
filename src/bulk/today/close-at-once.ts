import { markInConflictIn } from "../../appointments/conflicts/mark-in-conflict.ts";
import { keepManyIn } from "../../appointments/many/keep-many.ts";
import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { findClosureRow } from "../../scheduling/closures/queries.ts";
import { writeChanges } from "../../scheduling/proposals/compute-effect.ts";
import type { ProposedChange } from "../../scheduling/proposals/proposal.ts";
import { turnPart } from "../../scheduling/proposals/turn-part.ts";
import type { SuspensionFacts } from "../../slots/suspensions/queries.ts";
import { suspendServiceIn } from "../../slots/suspensions/suspend-service.ts";
import { localDateOf, localTimeOf } from "../../time/wall-clock.ts";
import { chooseKept } from "./choose-kept.ts";
import { countReaches } from "./count-reaches.ts";
import { noticeTexts } from "./notice-texts.ts";
import { listOnTheWay, listRooms } from "./queries.ts";
import { tellPeopleIn } from "./tell-people.ts";
import { keptReason, type UrgentNumbers, type UrgentPlan } from "./urgent-closure.ts";

/** What an urgent closure did. */
export interface ClosedAtOnce {
  readonly numbers: UrgentNumbers;
  readonly keptIds: readonly string[];
  readonly movedIds: readonly string[];
  readonly lostIds: readonly string[];
  readonly closureIds: readonly string[];
  /** Of the notices: to those who have to choose, then to those who wait. */
  readonly operationIds: readonly string[];
}

/**
 * Closes what a plan names, in the caller's transaction: the closures are stated by scheduling's verb and the slots follow
 * at once, or the service is suspended and its visits lose their places; who can goes to an equivalent resource; of the others, who is on the way waits as far as the first hour after
 * reopening has room; the rest is in conflict. All who wait or have to choose are told. Throws what a closure throws, and
 * `proposal-too-large`.
 */
export async function closeAtOnceIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  given: { readonly context: RequestContext; readonly plan: UrgentPlan },
): Promise<ClosedAtOnce> {
  const { context, plan } = given;
  const { tenant } = context;
  const taken = await takePlaces(trx, context, plan);
  const keptIds = await keepOnTheWay(trx, context, { plan, ids: taken.conflictIds });
  const kept = new Set(keptIds);
  const lostIds = taken.conflictIds.filter((id) => !kept.has(id));
  const { movedIds } = taken;
  const told = [...lostIds, ...keptIds];
  const choosing = await tellPeopleIn(trx, context, {
    plan,
    appointmentIds: lostIds,
    texts: noticeTexts(plan, "choose", tenant),
  });
  const waiting = await tellPeopleIn(trx, context, {
    plan,
    appointmentIds: keptIds,
    texts: noticeTexts(plan, "wait", tenant),
  });
  return {
    numbers: {
      kept: keptIds.length,
      moved: movedIds.length,
      lost: lostIds.length,
      reach: await countReaches(trx, deps, { tenant, appointmentIds: told }),
      holds_released: taken.holdsReleased,
    },
    keptIds,
    movedIds,
    lostIds,
    closureIds: taken.closureIds,
    operationIds: [choosing, waiting].flatMap((id) => id ?? []),
  };
}

/** Who has no place any more, and who has another at the same time. */
interface TakenPlaces {
  readonly conflictIds: readonly string[];
  readonly movedIds: readonly string[];
  readonly holdsReleased: number;
  readonly closureIds: readonly string[];
}

/** Closes a place by closures, or suspends a service. */
async function takePlaces(
  trx: Trx,
  context: RequestContext,
  plan: UrgentPlan,
): Promise<TakenPlaces> {
  if (plan.serviceId !== null) {
    const suspension = suspensionOf(plan, plan.serviceId);
    const found = await suspendServiceIn(trx, context.tenant.id, suspension);
    const conflictIds = await markInConflictIn(trx, context, found.appointmentIds);
    return { conflictIds, movedIds: [], holdsReleased: found.holdsReleased, closureIds: [] };
  }
  const changes = closuresOf(plan);
  const written = await writeChanges(trx, context, changes.map(changeOf));
  const turned = [];
  for (const part of written.parts) turned.push(await turnPart(trx, context, part));
  const outcomes = turned.flatMap((part) => part.outcomes);
  const idsOf = (outcome: string): string[] =>
    outcomes.filter((one) => one.outcome === outcome).map((one) => one.appointmentId);
  return {
    conflictIds: idsOf("conflict"),
    movedIds: idsOf("moves"),
    holdsReleased: turned.reduce((sum, part) => sum + part.holdsReleased, 0),
    closureIds: await closureIdsOf(trx, context.tenant.id, changes),
  };
}

/** The suspension of a service as slots know it, by the closure's own id. */
export function suspensionOf(plan: UrgentPlan, serviceId: string): SuspensionFacts {
  const { id, siteId, startsAt, endsAt } = plan;
  return { id, serviceId, siteId, startsAt, endsAt };
}

type Closing = Extract<ProposedChange, { kind: "create_closure" }>["closure"];

function changeOf(closure: Closing): ProposedChange {
  return { kind: "create_closure", closure };
}

/** One closure of the site, or one of each resource. */
function closuresOf({ id, ...plan }: UrgentPlan): Closing[] {
  const date = localDateOf(plan.startsAt, plan.timeZone);
  const isUntilMidnight = localDateOf(plan.endsAt, plan.timeZone) !== date;
  const dated = {
    starts_on: date,
    start_time: localTimeOf(plan.startsAt, plan.timeZone),
    ends_on: date,
    end_time: isUntilMidnight ? "24:00" : localTimeOf(plan.endsAt, plan.timeZone),
    reason: plan.reason,
  };
  const whom: (string | null)[] = plan.resourceIds === null ? [null] : [...plan.resourceIds];
  return whom.map((resourceId, index) => ({
    ...dated,
    code: `urgent-${id}-${index}`,
    site_id: resourceId === null ? plan.siteId : null,
    resource_id: resourceId,
  }));
}

async function closureIdsOf(
  trx: Trx,
  tenantId: string,
  closures: readonly Closing[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const { code } of closures) {
    const row = await findClosureRow(trx, tenantId, { id: null, code });
    if (!row) throw new Error("A closure that was just stated is not there");
    ids.push(row.id);
  }
  return ids;
}

/** Lets those who are on the way wait, as far as there is room after it opens again. */
async function keepOnTheWay(
  trx: Trx,
  context: RequestContext,
  { plan, ids }: { readonly plan: UrgentPlan; readonly ids: readonly string[] },
): Promise<string[]> {
  if (!plan.isSuspension) return [];
  const tenantId = context.tenant.id;
  const candidates = await listOnTheWay(trx, tenantId, { ids, minutes: plan.onTheWayMinutes });
  const resourceIds = [
    ...new Set(candidates.flatMap(({ needs }) => needs.map((need) => need.resourceId))),
  ];
  const rooms = await listRooms(trx, tenantId, { resourceIds, from: plan.endsAt });
  const wish = { ids: chooseKept(candidates, rooms), reason: keptReason(plan.id) };
  return keepManyIn(trx, context, wish);
}
