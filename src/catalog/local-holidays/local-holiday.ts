import type { LocalizedText } from "../../context.ts";

/** What an administration states about a holiday that no library knows. */
export interface LocalHolidayFacts {
  /** The site it concerns; null for the whole administration. */
  readonly site_id: string | null;
  readonly month: number;
  readonly day: number;
  readonly name: LocalizedText;
}

/** A patron saint's day or another yearly holiday. */
export interface LocalHoliday extends LocalHolidayFacts {
  readonly id: string;
  readonly version: number;
}

const DAYS_OF_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether some year has that day. */
export function isDayOfYear(month: number, day: number): boolean {
  return day >= 1 && day <= (DAYS_OF_MONTHS[month - 1] ?? 0);
}
