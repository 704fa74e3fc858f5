/** Whether the pages offer the waitlist. */
import { getWaitlistSettings } from "../waitlist/settings/get-settings.ts";
import type { Page } from "./page.ts";

/** Whether a service has a waitlist that citizens join by themselves. */
export async function hasWaitlist(page: Page, serviceIds: readonly string[]): Promise<boolean> {
  for (const id of serviceIds)
    if (!(await getWaitlistSettings(page.deps, page.context, id)).is_on) return false;
  return serviceIds.length > 0;
}

/** Whether an appointment could be exchanged for an earlier one that becomes free. */
export async function canExchange(
  page: Page,
  {
    status,
    legs,
  }: { readonly status: string; readonly legs: readonly { service: { id: string } }[] },
): Promise<boolean> {
  const isBooked = status === "booked";
  return isBooked && hasWaitlist(page, [...new Set(legs.map((leg) => leg.service.id))]);
}
