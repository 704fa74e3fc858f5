import type { Deps, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError, notFound } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { notAsPreviewed, previewExpired } from "../errors.ts";
import { closeAtOnceIn } from "./close-at-once.ts";
import { getUrgentIn, type UrgentView } from "./get-urgent-closure.ts";
import { insertVisits, lockUrgentRow, updateActive } from "./queries.ts";
import { confirmAbove, planOf, type UrgentRow } from "./urgent-closure.ts";

/** The confirmation of an urgent closure. */
export interface StartUrgentClosure {
  readonly id: string;
  readonly digest: string;
  /** How many people are told, typed again; needed above 500 only, because this must go fast. */
  readonly count: number | undefined;
}

/**
 * Does what a preview showed, in one transaction: from its commit on nothing there can be booked, everybody concerned is
 * known, and the notices are under way. Who booked since the preview is told too: nobody is left standing in front of a
 * closed door because numbers changed within a minute; the answer says the numbers as they are. Started twice it happens
 * once. Throws `not-found`, `preview-expired`, `not-as-previewed` and what closing throws.
 */
export async function startUrgentClosure(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: StartUrgentClosure,
): Promise<UrgentView> {
  const tenantId = context.tenant.id;
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const row = await lockUrgentRow(trx, tenantId, wish.id);
      if (!row) throw new DomainError(notFound, "There is no such urgent closure.");
      if (row.status === "previewed") {
        checkStart(row, wish);
        await startIn(trx, deps, { context, row });
      }
      return getUrgentIn(trx, tenantId, wish.id);
    },
    { signal: context.signal },
  );
}

function checkStart(row: UrgentRow, { digest, count }: StartUrgentClosure): void {
  if (row.is_expired || row.is_over)
    throw new DomainError(previewExpired, "The preview is too old; make a new one.");
  const told = row.numbers.kept + row.numbers.lost;
  const isCountRight = count === undefined ? told <= confirmAbove : count === told;
  if (digest !== row.digest || !isCountRight) {
    throw new DomainError(notAsPreviewed, "Digest or number are not those of the preview.", {
      facts: { count_needed_above: confirmAbove },
    });
  }
}

async function startIn(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { context, row }: { readonly context: RequestContext; readonly row: UrgentRow },
): Promise<void> {
  const tenantId = context.tenant.id;
  const { id } = row;
  const closed = await closeAtOnceIn(trx, deps, { context, plan: planOf(row) });
  await updateActive(trx, tenantId, { ...closed, id });
  const visits = [
    ["kept", closed.keptIds],
    ["moved", closed.movedIds],
    ["lost", closed.lostIds],
  ] as const;
  for (const [place, appointmentIds] of visits)
    await insertVisits(trx, tenantId, { closureId: id, place, appointmentIds });
  const { kept, moved, lost } = closed.numbers;
  await recordEvents(trx, context, [
    {
      kind: "urgent_closure.started",
      subjectKind: "urgent_closure",
      subjectId: id,
      subjectVersion: row.version + 1,
      body: { site_id: row.site_id, kept, moved, lost, operation_ids: closed.operationIds },
      isRelayed: false,
    },
  ]);
}
