/** How an administration wants its messages sent. Times of day are the wall clock of the visit's site. */
export interface MessageSettings {
  /** Nothing but what is urgent, or asked for this moment, goes out from here … */
  readonly quiet_from: string;
  /** … to here; equal to it, there is no quiet time. */
  readonly quiet_to: string;
  readonly is_sms_on: boolean;
  /** Whether letters that would make an SMS twice as long are replaced by similar ones. */
  readonly sms_is_transliterated: boolean;
  /** Millionths of the currency for one part of an SMS. */
  readonly sms_price_micros: number;
  /** What SMS may cost on one of the administration's days; null: as much as it takes. */
  readonly sms_daily_ceiling_micros: number | null;
  readonly paused_at: Date | null;
  readonly paused_reason: string | null;
  readonly version: number;
}

/** What holds until an administration says otherwise: version 0. */
export const defaultSettings: MessageSettings = {
  quiet_from: "21:00",
  quiet_to: "08:00",
  is_sms_on: true,
  sms_is_transliterated: true,
  sms_price_micros: 80_000,
  sms_daily_ceiling_micros: 50_000_000,
  paused_at: null,
  paused_reason: null,
  version: 0,
};
