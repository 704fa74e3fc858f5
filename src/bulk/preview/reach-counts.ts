import type { ChannelChoice } from "../../reminders/policy/message-policy.ts";
import type { PeopleGroup } from "../operation.ts";

/** By which ways people will be told. */
export interface ReachCounts {
  readonly emails: number;
  /** At most: not every telephone number takes SMS. */
  readonly smsMax: number;
  /** People with neither e-mail address nor telephone number: nobody can tell them. */
  readonly withoutContact: number;
  /** People who can only be called, at most: those without e-mail address; whoever has a mobile gets an SMS. */
  readonly callsMax: number;
}

/** The ways of one group of people, by the policy of their service. Pure. */
export function reachCounts(
  { has_email: hasEmail, has_phone: hasPhone, count }: PeopleGroup,
  { choice, isSmsOn }: { readonly choice: ChannelChoice; readonly isSmsOn: boolean },
): ReachCounts {
  const hasSms = hasPhone && isSmsOn;
  const isMailed = hasEmail && choice !== "sms" && !(choice === "sms_first" && hasSms);
  const isTexted = hasSms && choice !== "email" && !(choice === "email_first" && hasEmail);
  // Who has a number that takes no SMS gets the mail after all, where the policy allows it.
  const mayBeMailed = hasEmail && (isMailed || choice === "sms_first");
  return {
    emails: mayBeMailed ? count : 0,
    smsMax: isTexted ? count : 0,
    withoutContact: hasEmail || hasPhone ? 0 : count,
    callsMax: mayBeMailed ? 0 : count,
  };
}

/** Adds up. */
export function addReaches(all: readonly ReachCounts[]): ReachCounts {
  const sum = (pick: (one: ReachCounts) => number): number =>
    all.reduce((total, one) => total + pick(one), 0);
  return {
    emails: sum((one) => one.emails),
    smsMax: sum((one) => one.smsMax),
    withoutContact: sum((one) => one.withoutContact),
    callsMax: sum((one) => one.callsMax),
  };
}
