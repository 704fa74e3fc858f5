import { v7 as uuidv7 } from "uuid";
import { type Fault, refusal } from "../../catalog/errors.ts";
import type { Deps, Language, RequestContext } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { DomainError } from "../../errors.ts";
import { recordEvents } from "../../events/record-events.ts";
import { type IdempotencyKey, onceByKey } from "../../http/idempotency.ts";
import { checkNotice } from "../../messages/content/notice.ts";
import type { MessageKind } from "../../messages/message-state.ts";
import { dayNumberOf, toLocalDate } from "../../time/local-date.ts";
import { tooManyItems } from "../errors.ts";
import {
  type BulkFilter,
  type BulkKind,
  type BulkReason,
  itemsMax,
  type MoveRule,
  type OperationRow,
  type Rebooking,
  partSizeOf,
} from "../operation.ts";
import { getOperationIn } from "../seen/get-operation.ts";
import { findUnknown, freeze, insertTexts } from "./queries.ts";

/** What is to be done, to whom, and what they are told. */
export interface PreviewOperation {
  readonly kind: BulkKind;
  readonly filter: BulkFilter;
  readonly reason: BulkReason | null;
  readonly isUrgent: boolean;
  readonly moveRule: MoveRule | null;
  readonly rebooking: Rebooking | null;
  readonly texts: Readonly<Partial<Record<Language, string>>>;
}

/** A preview may be started for so long. */
const previewSeconds = 3_600;
const daysMax = 366;

/**
 * Freezes the appointments that a filter means, by id and version, without doing anything to them. What changes until
 * the operation is started, within an hour, or until their turn comes, is then left alone and listed. Throws
 * `invalid-request`, `template-not-valid` and `too-many-items`. Idempotent by key.
 */
export async function previewOperation(
  deps: Pick<Deps, "db" | "vault">,
  context: RequestContext,
  wish: PreviewOperation & { readonly idempotency?: IdempotencyKey | undefined },
): Promise<OperationRow> {
  const tenantId = context.tenant.id;
  checkWish(wish);
  return deps.db.inTenant(
    tenantId,
    async (trx) => {
      const { vault } = deps;
      const reply = await onceByKey(
        trx,
        { vault, context, idempotency: wish.idempotency },
        async () => {
          const id = await previewIn(trx, context, wish);
          return { status: 201, body: { id } };
        },
      );
      return getOperationIn(trx, tenantId, idOf(reply.body));
    },
    { signal: context.signal },
  );
}

function idOf(body: unknown): string {
  if (typeof body === "object" && body !== null && "id" in body && typeof body.id === "string")
    return body.id;
  throw new Error("The stored reply of a preview names no operation");
}

/** The kind of message that tells of an operation. */
export function messageKindOf({
  kind,
  is_urgent: isUrgent,
}: Pick<OperationRow, "kind" | "is_urgent">): MessageKind {
  switch (kind) {
    case "cancel":
      return "cancellation";
    case "move":
      return "change";
    case "notify":
      return isUrgent ? "urgent_notice" : "bulk_notice";
  }
}

function checkWish(wish: PreviewOperation): void {
  const { kind, filter, reason, moveRule, rebooking, texts, isUrgent } = wish;
  const reserve = rebooking?.reserve ?? null;
  const early = rebooking?.early ?? null;
  const faults = [
    ...rangeFaults("filter", filter),
    ...(reserve === null ? [] : rangeFaults("rebooking.reserve", reserve)),
    ...(early === null ? [] : rangeFaults("rebooking.early", early)),
    ...(moveRule === null ? [] : rangeFaults("move", moveRule)),
    ...partFaults({ kind, reason, moveRule }),
  ];
  if (rebooking !== null && kind !== "cancel")
    faults.push({ path: "rebooking", message: "goes with cancelling" });
  if (kind === "notify" && Object.keys(texts).length === 0)
    faults.push({ path: "texts", message: "there must be a text to tell" });
  if (faults.length > 0) throw refusal(faults);
  for (const text of Object.values(texts))
    checkNotice(text, messageKindOf({ kind, is_urgent: isUrgent }));
}

function partFaults({
  kind,
  reason,
  moveRule,
}: Pick<PreviewOperation, "kind" | "reason" | "moveRule">): Fault[] {
  const faults: Fault[] = [];
  if ((kind === "cancel") !== (reason !== null))
    faults.push({ path: "reason", message: "is stated for cancelling, and only then" });
  if ((kind === "move") !== (moveRule !== null))
    faults.push({ path: "move", message: "is stated for moving, and only then" });
  return faults;
}

function rangeFaults(path: string, { from, to }: { from: string; to: string }): Fault[] {
  const days = dayNumberOf(toLocalDate(to)) - dayNumberOf(toLocalDate(from));
  if (days < 0) return [{ path: `${path}.to`, message: "must not be before from" }];
  return days > daysMax
    ? [{ path: `${path}.to`, message: `must be at most ${daysMax} days after from` }]
    : [];
}

async function previewIn(
  trx: Trx,
  context: RequestContext,
  wish: PreviewOperation,
): Promise<string> {
  const tenantId = context.tenant.id;
  await checkNames(trx, tenantId, wish);
  const id = uuidv7();
  const { actor } = context;
  const items = await freeze(trx, tenantId, {
    ...wish,
    id,
    createdBy: actor.kind === "staff" ? actor.keyId : null,
    expiresInSeconds: previewSeconds,
    partSize: partSizeOf(wish.kind),
    itemsMax,
  });
  if (items > itemsMax) {
    throw new DomainError(tooManyItems, "These are too many appointments for one operation.", {
      facts: { count_max: itemsMax },
    });
  }
  await insertTexts(trx, tenantId, { operationId: id, texts: wish.texts });
  await recordEvents(trx, context, [
    {
      kind: "bulk_operation.previewed",
      subjectKind: "bulk_operation",
      subjectId: id,
      body: { kind: wish.kind, items },
      isRelayed: false,
    },
  ]);
  return id;
}

async function checkNames(
  trx: Trx,
  tenantId: string,
  { filter, moveRule }: PreviewOperation,
): Promise<void> {
  const unknown = await findUnknown(trx, tenantId, {
    sites: [...(filter.site_ids ?? []), ...(moveRule?.site_ids ?? [])],
    resources: filter.resource_ids ?? [],
    services: filter.service_ids ?? [],
  });
  if (unknown.length === 0) return;
  throw refusal(unknown.map(({ kind, id }) => ({ path: kind, message: `there is no ${id}` })));
}
