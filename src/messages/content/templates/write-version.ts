import { isDeepStrictEqual } from "node:util";
import { v7 as uuidv7 } from "uuid";
import type { RequestContext } from "../../../context.ts";
import type { Trx } from "../../../db/database.ts";
import { conflictingChange, DomainError } from "../../../errors.ts";
import { recordEvents } from "../../../events/record-events.ts";
import type { TemplateContent, TemplatePlace } from "../message-template.ts";
import {
  findTemplateRow,
  insertTemplate,
  lockTemplate,
  type TemplateRow,
  writeNextVersion,
} from "../queries.ts";

/** Versions of a template that can be read and restored; older ones are forgotten. */
const versionsKeptMax = 200;

/** What is to hold at a place from now on. */
export interface WrittenVersion {
  readonly place: TemplatePlace;
  /** The version that the writer saw, 0 for none; undefined to write over any. */
  readonly seen: number | undefined;
  /** Null puts the shipped text back. */
  readonly content: TemplateContent | null;
  readonly restoredFrom: number | null;
}

/**
 * Writes the next version of a place's template, in the caller's transaction, with an audit event. Writing what already
 * holds writes nothing, so that it may be repeated. Throws `conflicting-change` when another version is there than seen.
 */
export async function writeVersion(
  trx: Trx,
  context: RequestContext,
  written: WrittenVersion,
): Promise<void> {
  const tenantId = context.tenant.id;
  const { place, content, restoredFrom } = written;
  await lockTemplate(trx, tenantId, place);
  const current = await findTemplateRow(trx, tenantId, place);
  if (isDeepStrictEqual(current?.content ?? null, content)) return;
  refuseUnseen(current, written.seen);
  if (current === undefined) {
    if (content !== null) await writeFirst(trx, context, { place, content });
    return;
  }
  const version = current.version + 1;
  const next = { id: current.id, version, content, restoredFrom, keptMax: versionsKeptMax };
  await writeNextVersion(trx, tenantId, next);
  await note(trx, context, { place, id: current.id, version, isShipped: content === null });
}

function refuseUnseen(current: TemplateRow | undefined, seen: number | undefined): void {
  const version = current?.version ?? 0;
  if (seen === undefined || seen === version) return;
  throw new DomainError(conflictingChange, "Somebody changed this meanwhile.", {
    facts: { version },
  });
}

async function writeFirst(
  trx: Trx,
  context: RequestContext,
  { place, content }: { readonly place: TemplatePlace; readonly content: TemplateContent },
): Promise<void> {
  const id = uuidv7();
  if (!(await insertTemplate(trx, context.tenant.id, { ...place, id, content }))) {
    throw new DomainError(conflictingChange, "Somebody wrote this meanwhile.", {
      facts: { version: 1 },
    });
  }
  await note(trx, context, { place, id, version: 1, isShipped: false });
}

async function note(
  trx: Trx,
  context: RequestContext,
  changed: {
    readonly place: TemplatePlace;
    readonly id: string;
    readonly version: number;
    readonly isShipped: boolean;
  },
): Promise<void> {
  const { kind, channel, language, serviceId } = changed.place;
  await recordEvents(trx, context, [
    {
      kind: changed.isShipped ? "message_template.removed" : "message_template.written",
      subjectKind: "message_template",
      subjectId: changed.id,
      subjectVersion: changed.version,
      body: { kind, channel, language, service_id: serviceId, version: changed.version },
      isRelayed: false,
    },
  ]);
}
