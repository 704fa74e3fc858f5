import { TENANT } from "./databases.ts";
import type { BuiltDistrict } from "./town.ts";

const DAYS = 31;
const PARTIES = 5;
const LIMITS = 9;

/** More than 500 distinct searches of each kind: a month of a service on a site, and the next free times on all. */
export function searchPaths(district: BuiltDistrict): { month: string[]; next: string[] } {
  const { siteCodes, serviceCodes, starts } = district;
  const first = starts[0]?.slice(0, 10) ?? "";
  const last = addDays(first, DAYS - 1);
  const base = `/v1/${TENANT}/availability`;
  return {
    month: siteCodes.flatMap((site) =>
      serviceCodes.map(
        (service) => `${base}?service=${service}&site=${site}&from=${first}&to=${last}`,
      ),
    ),
    next: serviceCodes.flatMap((service) =>
      numbers(PARTIES).flatMap((party) =>
        numbers(LIMITS).map(
          (limit) => `${base}/next?service=${service}&party_size=${party}&limit=${limit}`,
        ),
      ),
    ),
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}
