import { z } from "@hono/zod-openapi";
import type { Deps, RequestContext } from "../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../http/request-schema.ts";
import { listAuditRows } from "./audit-queries.ts";
import type { AuditedEvent } from "./hash-event.ts";

/** An audit event as it is shown; `seal` is null for the second or so until it is sealed. */
export type AuditEvent = Omit<AuditedEvent, "tenant_id"> & {
  readonly seal: { readonly seq: number; readonly hash: string } | null;
};

export interface ListAuditEvents {
  /** 1 to 200; 50 unless said. */
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
  readonly subject_id?: string | undefined;
  readonly kind?: string | undefined;
}

/** The audit of an administration, the newest event first. Throws `invalid-request` for a foreign cursor. */
export async function listAuditEvents(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { limit = pageLimitDefault, cursor, subject_id: subjectId, kind }: ListAuditEvents,
): Promise<{ items: AuditEvent[]; next_cursor: string | null }> {
  const tenantId = context.tenant.id;
  const [beforeId] =
    cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.int().min(1)]));
  const filter = {
    subjectId: subjectId ?? null,
    kind: kind ?? null,
    beforeId,
    countMax: limit + 1,
  };
  const rows = await deps.db.inTenant(tenantId, (trx) => listAuditRows(trx, tenantId, filter), {
    isReadOnly: true,
    signal: context.signal,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ tenant_id: _tenantId, seq, hash, ...event }) => ({
      ...event,
      seal: seq === null || hash === null ? null : { seq, hash: hash.toString("hex") },
    })),
    next_cursor: rows.length > limit && last ? encodeCursor([last.id]) : null,
  };
}
