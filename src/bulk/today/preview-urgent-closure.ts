import { createHash } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { idOrCode } from "../../catalog/id-or-code.ts";
import { refusal } from "../../catalog/errors.ts";
import type { Deps, LocalizedText, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { checkNotice } from "../../messages/content/notice.ts";
import type { Compose } from "../../messages/sending/composition.ts";
import { tryOut } from "../../scheduling/proposals/compute-effect.ts";
import { readClock } from "../../slots/claim/queries.ts";
import { type LocalTime, toLocalTime } from "../../time/local-time.ts";
import { instantOfWallTime, localDateOf, localDay, localTimeOf } from "../../time/wall-clock.ts";
import { type SampleMessage, writeSamples } from "../preview/write-samples.ts";
import { getOperationIn } from "../seen/get-operation.ts";
import { type ClosedAtOnce, closeAtOnceIn } from "./close-at-once.ts";
import { noticeTexts } from "./notice-texts.ts";
import { findServiceAt, findSiteOf, listStrangers } from "./place-queries.ts";
import { insertUrgent } from "./queries.ts";
import type { UrgentPlan } from "./urgent-closure.ts";
import { getUrgentIn, type UrgentView } from "./get-urgent-closure.ts";

/** What is to be closed at once, today at the site. */
export interface PreviewUrgentClosure {
  /** Id or code. */
  readonly site: string;
  /** Of the site; null: all of it. */
  readonly resourceIds: readonly string[] | null;
  /** Id or code of a service that is suspended at the site, instead of closing a place. */
  readonly service?: string | undefined;
  /** On the site's clock; undefined: now. */
  readonly from: string | undefined;
  /** On the site's clock; null: for the rest of the day. */
  readonly until: string | null;
  readonly reason: LocalizedText;
  readonly onTheWayMinutes: number;
}

/** A preview with messages as some of those concerned would read them. */
export interface UrgentPreview extends UrgentView {
  readonly samples: readonly SampleMessage[];
}

/** A preview may be started for so long. */
const previewSeconds = 900;

/**
 * Shows whom an urgent closure hits, without effect: does it by what does it at the start, and rolls that back. Can be
 * started for a quarter of an hour. Throws `invalid-request`, `template-not-valid` and `proposal-too-large`. Sent again it
 * makes another preview.
 */
export async function previewUrgentClosure(
  deps: Pick<Deps, "db" | "vault"> & { readonly compose: Compose },
  context: RequestContext,
  wish: PreviewUrgentClosure,
): Promise<UrgentPreview> {
  const { tenant, actor } = context;
  const shown = await tryOut(deps, context, async (trx) => {
    const plan = await planFor(trx, context, wish);
    const closed = await closeAtOnceIn(trx, deps, { context, plan });
    return { plan, closed, samples: await samplesOf(trx, deps, { context, closed }) };
  });
  const { plan, closed } = shown;
  return deps.db.inTenant(
    tenant.id,
    async (trx) => {
      await insertUrgent(trx, tenant.id, {
        plan,
        numbers: closed.numbers,
        digest: digestOf(plan, closed),
        createdBy: actor.kind === "staff" ? actor.keyId : null,
        expiresInSeconds: previewSeconds,
      });
      return { ...(await getUrgentIn(trx, tenant.id, plan.id)), samples: shown.samples };
    },
    { signal: context.signal },
  );
}

async function samplesOf(
  trx: Trx,
  deps: { readonly compose: Compose },
  { context, closed }: { readonly context: RequestContext; readonly closed: ClosedAtOnce },
): Promise<SampleMessage[]> {
  const { tenant } = context;
  const samples: SampleMessage[] = [];
  for (const id of closed.operationIds) {
    const operation = await getOperationIn(trx, tenant.id, id);
    samples.push(...(await writeSamples(trx, deps, { tenant, operation })));
  }
  return samples;
}

/** What was shown: what is closed, and what becomes of whom. */
function digestOf(plan: UrgentPlan, { keptIds, movedIds, lostIds }: ClosedAtOnce): Buffer {
  const outcomes = [keptIds, movedIds, lostIds].map((ids) => ids.toSorted());
  return createHash("sha256")
    .update(JSON.stringify([plan, outcomes]))
    .digest();
}

async function planFor(
  trx: Trx,
  context: RequestContext,
  wish: PreviewUrgentClosure,
): Promise<UrgentPlan> {
  const { tenant } = context;
  const site = await findSiteOf(trx, tenant.id, idOrCode(wish.site));
  if (!site) throw refusal([{ path: "site", message: "there is no such site" }]);
  const { resourceIds } = wish;
  const strangers = await listStrangers(trx, tenant.id, {
    siteId: site.id,
    resourceIds: resourceIds ?? [],
  });
  if (strangers.length > 0)
    throw refusal([{ path: "resource_ids", message: `there is no ${strangers[0]} at this site` }]);
  const serviceId = await serviceOf(trx, tenant.id, { siteId: site.id, service: wish.service });
  const now = await readClock(trx);
  const times = timesOf(wish, { now, zone: site.time_zone });
  const plan: UrgentPlan = {
    id: uuidv7(),
    siteId: site.id,
    timeZone: site.time_zone,
    resourceIds: resourceIds === null ? null : [...new Set(resourceIds)].toSorted(),
    serviceId,
    ...times,
    isSuspension: wish.until !== null,
    onTheWayMinutes: wish.onTheWayMinutes,
    reason: wish.reason,
  };
  // The name of the service is no part of what an administration may write.
  for (const text of Object.values(noticeTexts({ ...plan, serviceId: null }, "choose", tenant)))
    checkNotice(text, "urgent_notice");
  return plan;
}

async function serviceOf(
  trx: Trx,
  tenantId: string,
  { siteId, service }: { readonly siteId: string; readonly service: string | undefined },
): Promise<string | null> {
  if (service === undefined) return null;
  const found = await findServiceAt(trx, tenantId, { siteId, name: idOrCode(service) });
  if (found === undefined)
    throw refusal([{ path: "service", message: "there is no such service at this site" }]);
  return found;
}

function timesOf(
  { from, until }: Pick<PreviewUrgentClosure, "from" | "until">,
  { now, zone }: { readonly now: number; readonly zone: string },
): Pick<UrgentPlan, "startsAt" | "endsAt"> {
  const date = localDateOf(now, zone);
  const at = (time: LocalTime, fold: "earlier" | "later"): number =>
    instantOfWallTime({ date, time, zone }, fold);
  const startsAt = at(from === undefined ? localTimeOf(now, zone) : toLocalTime(from), "earlier");
  const endsAt = until === null ? localDay(date, zone).end : at(toLocalTime(until), "later");
  if (endsAt <= now) throw refusal([{ path: "until", message: "must not be over" }]);
  if (endsAt <= startsAt) throw refusal([{ path: "until", message: "must be after from" }]);
  return { startsAt, endsAt };
}
