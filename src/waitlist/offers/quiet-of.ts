import type { MessageSettings } from "../../messages/settings/message-settings.ts";
import type { QuietHours } from "../../reminders/planning/quiet-hours.ts";
import { toLocalTime } from "../../time/local-time.ts";

/** When nobody is asked, on the clock of a zone. */
export function quietOf(settings: MessageSettings, zone: string): QuietHours {
  return {
    from: toLocalTime(settings.quiet_from),
    to: toLocalTime(settings.quiet_to),
    zone,
  };
}
