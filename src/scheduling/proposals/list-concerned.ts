import { z } from "zod";
import type { Page, PageRequest } from "../../catalog/pages.ts";
import type { Deps, RequestContext } from "../../context.ts";
import { DomainError, notFound } from "../../errors.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../http/request-schema.ts";
import type { Outcome } from "./proposal.ts";
import { type Concerned, concernedOf } from "./proposal-view.ts";
import { findProposalRow, listConcernedRows } from "./queries.ts";

const cursorKey = z.tuple([z.iso.datetime(), z.uuid()]);

/** Which appointments of a proposal are wanted. */
export type ListConcerned = PageRequest & {
  readonly outcome?: Outcome | undefined;
  /** Whether they can be told by e-mail or SMS. */
  readonly has_contact?: boolean | undefined;
};

/**
 * The appointments that a proposal concerns, by start, without contact data. Throws `not-found`, and `invalid-request`
 * for a cursor of another list.
 */
export async function listConcernedBy(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { id, request }: { readonly id: string; readonly request: ListConcerned },
): Promise<Page<Concerned>> {
  const tenantId = context.tenant.id;
  const { outcome, has_contact: hasContact, cursor, limit = pageLimitDefault } = request;
  const [startsAt, lastId] = cursor === undefined ? [] : decodeCursor(cursor, cursorKey);
  const rows = await deps.db.inTenant(
    tenantId,
    async (trx) => {
      if (!(await findProposalRow(trx, tenantId, id))) {
        throw new DomainError(notFound, "There is no such proposal.");
      }
      return listConcernedRows(trx, tenantId, {
        proposalId: id,
        outcome,
        hasContact,
        after: startsAt === undefined || lastId === undefined ? null : { startsAt, id: lastId },
        countMax: limit + 1,
      });
    },
    { isReadOnly: true, signal: context.signal },
  );
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(concernedOf),
    next_cursor: last ? encodeCursor([last.starts_at.toISOString(), last.id]) : null,
  };
}
