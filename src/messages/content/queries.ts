import { sql } from "kysely";
import type { Language, LocalizedText } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import type {
  MessageKind,
  TemplateChannel,
  TemplateContent,
  TemplatePlace,
} from "./message-template.ts";

/** A template as an administration keeps it. */
export interface TemplateRow {
  readonly id: string;
  readonly version: number;
  /** Null when the shipped text holds again. */
  readonly content: TemplateContent | null;
}

/** One version of a template. */
export interface VersionRow {
  readonly version: number;
  /** Null where the shipped text was put back. */
  readonly content: TemplateContent | null;
  readonly restored_from: number | null;
  readonly written_at: Date;
}

/** What is in force for a message, for the first of the services that has something of its own. */
export async function findContentInForce(
  trx: Trx,
  tenantId: string,
  wanted: {
    readonly kind: MessageKind;
    readonly channel: TemplateChannel;
    readonly language: Language;
    readonly serviceIds: readonly string[];
  },
): Promise<{
  /** The wanted one where the administration offers it, else its default. */
  readonly language: Language;
  readonly own: {
    readonly service_id: string | null;
    readonly version: number;
    readonly content: TemplateContent;
  } | null;
}> {
  const { kind, channel, language, serviceIds } = wanted;
  const { rows } = await sql<{
    language: Language;
    service_id: string | null;
    version: number | null;
    content: TemplateContent | null;
  }>`
    SELECT l.language, o.service_id, o.version, o.content
    FROM (
      SELECT CASE WHEN ${language}::text = ANY (languages) THEN ${language} ELSE default_language END AS language
      FROM tenants
      WHERE id = ${tenantId}) l
    LEFT JOIN LATERAL (
      SELECT t.service_id, t.version, v.content
      FROM message_templates t
      JOIN message_template_versions v
        ON v.tenant_id = t.tenant_id AND v.template_id = t.id AND v.version = t.version
      WHERE t.tenant_id = ${tenantId} AND t.kind = ${kind} AND t.channel = ${channel} AND t.language = l.language
        AND (t.service_id IS NULL OR t.service_id = ANY (${[...serviceIds]}::uuid[])) AND v.content IS NOT NULL
      ORDER BY array_position(${[...serviceIds]}::uuid[], t.service_id) NULLS LAST
      LIMIT 1) o ON true
  `.execute(trx);
  const [row] = rows;
  if (row === undefined) throw new Error("The tenant of a message is not there");
  const { service_id, version, content } = row;
  const own = content === null || version === null ? null : { service_id, version, content };
  return { language: row.language, own };
}

/** The template of exactly this place, the current version with it. */
export async function findTemplateRow(
  trx: Trx,
  tenantId: string,
  place: TemplatePlace,
): Promise<TemplateRow | undefined> {
  const { rows } = await sql<TemplateRow>`
    SELECT t.id, t.version, v.content
    FROM message_templates t
    JOIN message_template_versions v
      ON v.tenant_id = t.tenant_id AND v.template_id = t.id AND v.version = t.version
    WHERE ${isAt(tenantId, place)}
  `.execute(trx);
  return rows[0];
}

/** Locks the template of exactly this place until the transaction ends; tells whether there is one. */
export async function lockTemplate(
  trx: Trx,
  tenantId: string,
  place: TemplatePlace,
): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM message_templates t
    WHERE ${isAt(tenantId, place)}
    FOR UPDATE
  `.execute(trx);
  return rows.length > 0;
}

function isAt(tenantId: string, place: TemplatePlace) {
  const { kind, channel, language, serviceId } = place;
  return sql`
    t.tenant_id = ${tenantId} AND t.kind = ${kind} AND t.channel = ${channel} AND t.language = ${language}
    AND t.service_id IS NOT DISTINCT FROM ${serviceId}::uuid`;
}

/** Adds a template with its first version; false when somebody else just did. */
export async function insertTemplate(
  trx: Trx,
  tenantId: string,
  template: TemplatePlace & { readonly id: string; readonly content: TemplateContent },
): Promise<boolean> {
  const { id, kind, channel, language, serviceId, content } = template;
  const { numAffectedRows } = await sql`
    INSERT INTO message_templates (tenant_id, id, service_id, kind, channel, language)
    VALUES (${tenantId}, ${id}, ${serviceId}, ${kind}, ${channel}, ${language})
    ON CONFLICT ON CONSTRAINT message_templates_are_stated_once DO NOTHING
  `.execute(trx);
  if (numAffectedRows !== 1n) return false;
  await insertVersion(trx, tenantId, { id, version: 1, content, restoredFrom: null });
  return true;
}

/** A version to be written. */
export interface NewVersion {
  readonly id: string;
  readonly version: number;
  /** Null puts the shipped text back. */
  readonly content: TemplateContent | null;
  readonly restoredFrom: number | null;
}

/** Writes the next version of a locked template and forgets the one that is `keptMax` versions older. */
export async function writeNextVersion(
  trx: Trx,
  tenantId: string,
  { keptMax, ...next }: NewVersion & { readonly keptMax: number },
): Promise<void> {
  await insertVersion(trx, tenantId, next);
  await sql`
    UPDATE message_templates
    SET version = ${next.version}, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND id = ${next.id}
  `.execute(trx);
  await sql`
    DELETE FROM message_template_versions
    WHERE tenant_id = ${tenantId} AND template_id = ${next.id} AND version <= ${next.version - keptMax}
  `.execute(trx);
}

async function insertVersion(trx: Trx, tenantId: string, version: NewVersion): Promise<void> {
  const content = version.content === null ? null : JSON.stringify(version.content);
  await sql`
    INSERT INTO message_template_versions (tenant_id, template_id, version, content, restored_from)
    VALUES (${tenantId}, ${version.id}, ${version.version}, ${content}::jsonb, ${version.restoredFrom})
  `.execute(trx);
}

/** One version of a template. */
export async function findVersionRow(
  trx: Trx,
  tenantId: string,
  { templateId, version }: { readonly templateId: string; readonly version: number },
): Promise<VersionRow | undefined> {
  const { rows } = await sql<VersionRow>`
    SELECT version, content, restored_from, written_at
    FROM message_template_versions
    WHERE tenant_id = ${tenantId} AND template_id = ${templateId} AND version = ${version}
  `.execute(trx);
  return rows[0];
}

/** Versions of a template below `before`, the newest first. */
export async function listVersionRows(
  trx: Trx,
  tenantId: string,
  page: { readonly templateId: string; readonly before: number; readonly countMax: number },
): Promise<VersionRow[]> {
  const { rows } = await sql<VersionRow>`
    SELECT version, content, restored_from, written_at
    FROM message_template_versions
    WHERE tenant_id = ${tenantId} AND template_id = ${page.templateId} AND version < ${page.before}
    ORDER BY version DESC
    LIMIT ${page.countMax}
  `.execute(trx);
  return rows;
}

/** A template in a list. */
export interface ListedTemplate {
  readonly id: string;
  readonly kind: MessageKind;
  readonly channel: TemplateChannel;
  readonly language: Language;
  readonly service_id: string | null;
  readonly version: number;
  readonly updated_at: Date;
}

/** What an administration wrote and has in force, in the order it was first written, after the id `after`. */
export async function listTemplateRows(
  trx: Trx,
  tenantId: string,
  { after, countMax }: { readonly after: string | null; readonly countMax: number },
): Promise<ListedTemplate[]> {
  const { rows } = await sql<ListedTemplate>`
    SELECT t.id, t.kind, t.channel, t.language, t.service_id, t.version, t.updated_at
    FROM message_templates t
    JOIN message_template_versions v
      ON v.tenant_id = t.tenant_id AND v.template_id = t.id AND v.version = t.version
    WHERE t.tenant_id = ${tenantId} AND v.content IS NOT NULL AND (${after}::uuid IS NULL OR t.id > ${after})
    ORDER BY t.id
    LIMIT ${countMax}
  `.execute(trx);
  return rows;
}

/** A service by id or code, retired ones included. */
export async function findServiceRow(
  trx: Trx,
  tenantId: string,
  named: { readonly id: string | null; readonly code: string | null },
): Promise<{ readonly id: string; readonly name: LocalizedText } | undefined> {
  const { rows } = await sql<{ id: string; name: LocalizedText }>`
    SELECT id, name
    FROM services
    WHERE tenant_id = ${tenantId} AND (id = ${named.id}::uuid OR code = ${named.code})
  `.execute(trx);
  return rows[0];
}
