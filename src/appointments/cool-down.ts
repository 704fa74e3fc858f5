import type { CoolDown } from "../slots/claim/release-places.ts";
import type { ServiceRule } from "../slots/rules/booking-rules.ts";

/** The longest cool-down of the services; undefined when none is marked scarce. */
export function coolDownOf(services: readonly ServiceRule[]): CoolDown | undefined {
  const scarce = services.filter((service) => service.isScarce && service.coolDownSeconds > 0);
  if (scarce.length === 0) return undefined;
  return {
    coolDownSeconds: Math.max(...scarce.map((service) => service.coolDownSeconds)),
    noticeMinutes: Math.max(...services.map((service) => service.noticeMinutes)),
  };
}
