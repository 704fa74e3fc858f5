/**
 * One written form for what names a person or a household, so that look-ups and limits meet the same person
 * twice. The forms are hashed, never shown and never stored.
 */
import { domainToASCII } from "node:url";
import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";

/** Letters that Unicode does not decompose although people leave their stroke or ligature out. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  æ: "ae",
  œ: "oe",
  ı: "i",
  ħ: "h",
};

/**
 * Folds a name: case, accents, apostrophes, hyphens and repeated spaces make no difference
 * (`D’Angelò-Rossi` is `dangelo rossi`). May be repeated; empty when the text has no letter or digit.
 */
export function normaliseName(text: string): string {
  return foldCase(text)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[øłđðþæœıħ]/gu, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(/['’‘`´ʼ]/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * Returns a telephone number as E.164 (`+390521123456`), or undefined when it cannot be one. `country` (ISO 3166
 * alpha-2) is where a number without a country code is dialled.
 */
export function normalisePhone(text: string, country: string): string | undefined {
  const region = country.toUpperCase();
  const number = isSupportedCountry(region)
    ? parsePhoneNumberFromString(text.slice(0, 40), region)
    : parsePhoneNumberFromString(text.slice(0, 40));
  return number?.isPossible() ? number.number : undefined;
}

/**
 * Returns an e-mail address in lower case with its domain in ASCII, or undefined when it has no local part or
 * domain. Upper and lower case of the local part name the same person here, though RFC 5321 leaves it open.
 */
export function normaliseEmail(text: string): string | undefined {
  const [, local, domain] = /^([^\s@]{1,64})@([^\s@]{1,253})$/u.exec(text.trim()) ?? [];
  if (local === undefined || domain === undefined) return undefined;
  const asciiDomain = domainToASCII(domain);
  if (asciiDomain === "" || !asciiDomain.includes(".")) return undefined;
  return `${foldCase(local)}@${asciiDomain.toLowerCase()}`;
}

/** Returns a tax code in upper case without separators; empty when nothing is left. Its check digit is not judged. */
export function normaliseTaxCode(text: string): string {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "");
}

/**
 * Folds the key of a list or a limit, such as a customer number: upper case, no spaces, dots, slashes or hyphens.
 * Leading zeros count.
 */
export function normaliseKey(value: string | number | boolean): string {
  return String(value)
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, "");
}

/** Down, up and down again, so that ß, its capital and SS, and both lower-case sigmas, become one. */
function foldCase(text: string): string {
  return text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase().normalize("NFC");
}
