/** Reasons for refusing a recurrence rule. */

/** Why a rule is refused; the message says it in plain words. */
export type RecurrenceFaultCode =
  | "too_long"
  | "malformed"
  | "duplicate_part"
  | "part_not_supported"
  | "frequency_missing"
  | "value_not_allowed"
  | "combination_not_allowed"
  | "never_matches";

/** A refusal: `part` is the offending piece of the rule in upper case, cut to 60 characters. */
export type RecurrenceFault = {
  readonly code: RecurrenceFaultCode;
  readonly message: string;
  readonly part: string;
};

/** The parts a rule may have. */
export const PART_NAMES = [
  "FREQ",
  "INTERVAL",
  "COUNT",
  "UNTIL",
  "WKST",
  "BYMONTH",
  "BYMONTHDAY",
  "BYDAY",
  "BYSETPOS",
] as const;

/** The name of a part a rule may have. */
export type PartName = (typeof PART_NAMES)[number];

/** Carries a fault out of the reader; `parseRecurrence` turns it into a result. */
export class Refusal extends Error {
  readonly fault: RecurrenceFault;

  constructor(code: RecurrenceFaultCode, part: string, message: string) {
    super(message);
    this.fault = { code, message, part: part.slice(0, 60).toWellFormed() };
  }
}
