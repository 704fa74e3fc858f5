import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/mobile";
import { normalisePhone } from "../../identity/person-keys.ts";
import { parseEmailAddress } from "../../messages/transports/email/email-address.ts";
import type { ChannelChoice } from "../policy/message-policy.ts";

/** By which ways somebody can be reached, each in the form in which it is handed over. */
export interface Reach {
  readonly email: string | undefined;
  /** E.164, of numbers that take SMS. */
  readonly mobile: string | undefined;
  /** E.164, of any number. */
  readonly phone: string | undefined;
}

/**
 * Reads the contacts of whoever booked; what cannot be an address or a number is no way to reach him. `country` (ISO 3166
 * alpha-2) is where numbers without a country code are dialled.
 */
export function reachOf(
  contact: { readonly email?: string | undefined; readonly phone?: string | undefined },
  country: string,
): Reach {
  return {
    email: contact.email === undefined ? undefined : parseEmailAddress(contact.email.trim()),
    mobile: contact.phone === undefined ? undefined : mobileOf(contact.phone, country),
    phone: contact.phone === undefined ? undefined : normalisePhone(contact.phone, country),
  };
}

function mobileOf(text: string, country: string): string | undefined {
  const region = country.toUpperCase();
  const number = isSupportedCountry(region)
    ? parsePhoneNumberFromString(text.slice(0, 40), region)
    : parsePhoneNumberFromString(text.slice(0, 40));
  // With these metadata only mobile numbers are valid.
  return number?.isValid() ? number.number : undefined;
}

/** One way a message takes. */
export interface Way {
  readonly channel: "email" | "sms";
  readonly recipient: string;
}

/** The ways a message takes; none when the citizen cannot be reached so. */
export function waysFor(
  choice: ChannelChoice,
  { email, mobile }: Reach,
  available: { readonly email: boolean; readonly sms: boolean },
): Way[] {
  const mail: Way[] =
    email !== undefined && available.email ? [{ channel: "email", recipient: email }] : [];
  const sms: Way[] =
    mobile !== undefined && available.sms ? [{ channel: "sms", recipient: mobile }] : [];
  switch (choice) {
    case "email_first":
      return [...mail, ...sms].slice(0, 1);
    case "sms_first":
      return [...sms, ...mail].slice(0, 1);
    case "email":
      return mail;
    case "sms":
      return sms;
    case "both":
      return [...mail, ...sms];
  }
}
