import { sql } from "kysely";
import type { Trx } from "../../db/database.ts";
import { defaultSettings, type MessageSettings } from "./message-settings.ts";

const columns = sql`
  to_char(s.quiet_from, 'HH24:MI') AS quiet_from, to_char(s.quiet_to, 'HH24:MI') AS quiet_to, s.is_sms_on,
  s.sms_is_transliterated, s.sms_price_micros, s.sms_daily_ceiling_micros, s.paused_at, s.paused_reason, s.version`;

/** What the administration said, or the defaults. */
export async function findSettings(trx: Trx, tenantId: string): Promise<MessageSettings> {
  const { rows } = await sql<MessageSettings>`
    SELECT ${columns} FROM message_settings s WHERE s.tenant_id = ${tenantId}
  `.execute(trx);
  return rows[0] ?? defaultSettings;
}

/** The same, locked against other changes; a row is made where there was none. */
export async function lockSettings(trx: Trx, tenantId: string): Promise<MessageSettings> {
  const plain = defaultSettings;
  await sql`
    INSERT INTO message_settings (tenant_id, quiet_from, quiet_to, is_sms_on, sms_is_transliterated, sms_price_micros,
      sms_daily_ceiling_micros, version)
    VALUES (${tenantId}, ${plain.quiet_from}, ${plain.quiet_to}, ${plain.is_sms_on}, ${plain.sms_is_transliterated},
      ${plain.sms_price_micros}, ${plain.sms_daily_ceiling_micros}, ${plain.version})
    ON CONFLICT DO NOTHING
  `.execute(trx);
  const { rows } = await sql<MessageSettings>`
    SELECT ${columns} FROM message_settings s WHERE s.tenant_id = ${tenantId} FOR UPDATE
  `.execute(trx);
  return rows[0] ?? defaultSettings;
}

/** Writes locked settings and raises their version. */
export async function updateSettings(
  trx: Trx,
  tenantId: string,
  settings: MessageSettings,
): Promise<void> {
  await sql`
    UPDATE message_settings
    SET quiet_from = ${settings.quiet_from}, quiet_to = ${settings.quiet_to}, is_sms_on = ${settings.is_sms_on},
        sms_is_transliterated = ${settings.sms_is_transliterated}, sms_price_micros = ${settings.sms_price_micros},
        sms_daily_ceiling_micros = ${settings.sms_daily_ceiling_micros}, version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId}
  `.execute(trx);
}

/** Pauses the sending of an administration, or lets it go on (null); false when it was so already. */
export async function updatePause(
  trx: Trx,
  tenantId: string,
  reason: string | null,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    UPDATE message_settings
    SET paused_at = CASE WHEN ${reason}::text IS NULL THEN NULL ELSE clock_now() END, paused_reason = ${reason},
        version = version + 1, updated_at = clock_now()
    WHERE tenant_id = ${tenantId} AND (paused_at IS NULL) <> (${reason}::text IS NULL)
  `.execute(trx);
  return numAffectedRows === 1n;
}
