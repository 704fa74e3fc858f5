import { z } from "@hono/zod-openapi";
import type { Deps, RequestContext } from "../../../context.ts";
import { decodeCursor, encodeCursor, pageLimitDefault } from "../../../http/request-schema.ts";
import { findTemplateRow, listVersionRows, type VersionRow } from "../queries.ts";
import type { PageRequest } from "./list-templates.ts";
import { type NamedPlace, resolvePlace } from "./resolve-place.ts";

/** The kept versions of a place's own template, the newest first; none where there never was one. Throws `not-found`. */
export async function listVersions(
  deps: Pick<Deps, "db">,
  context: RequestContext,
  { named, page }: { readonly named: NamedPlace; readonly page: PageRequest },
): Promise<{ items: VersionRow[]; nextCursor: string | null }> {
  const { limit = pageLimitDefault, cursor } = page;
  const [before] = cursor === undefined ? [versionMax] : decodeCursor(cursor, z.tuple([version]));
  const tenantId = context.tenant.id;
  const rows = await deps.db.inTenant(
    tenantId,
    async (trx) => {
      const row = await findTemplateRow(trx, tenantId, await resolvePlace(trx, tenantId, named));
      if (row === undefined) return [];
      return listVersionRows(trx, tenantId, { templateId: row.id, before, countMax: limit + 1 });
    },
    { isReadOnly: true, signal: context.signal },
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.version]) : null };
}

const versionMax = 2_147_483_647;
const version = z.int().min(1).max(versionMax);
