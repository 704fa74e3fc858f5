/**
 * Whether a text is one telephone number in the form of E.164 (`+393331234567`). Whether such a number can be a mobile is
 * judged when a message is planned, and costs twenty times as much.
 */
export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** Whether a text may stand as an SMS's sender: a number, or 3 to 11 letters, digits and spaces with a letter among them. */
export function isSmsSender(text: string): boolean {
  if (/^\+?\d{3,15}$/.test(text)) return true;
  return /^[A-Za-z0-9](?:[A-Za-z0-9 ]{1,9}[A-Za-z0-9])$/.test(text) && /[A-Za-z]/.test(text);
}
