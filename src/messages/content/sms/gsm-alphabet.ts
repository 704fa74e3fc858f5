/** The default alphabet of 3GPP TS 23.038 (GSM 03.38) with its extension table, without national tables. */

const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

/** Each of these is sent as an escape and a character, both in the same part. */
const extension = "\f^{}\\[~]|€";

const unitsByCharacter = new Map([
  ...Array.from(basic, (character) => [character, 1] as const),
  ...Array.from(extension, (character) => [character, 2] as const),
]);

/** Septets that a character takes: 1, or 2 for those of the extension table; undefined when it is in neither. */
export function gsmUnits(character: string): 1 | 2 | undefined {
  return unitsByCharacter.get(character);
}

/** Whether the whole text can be sent in the default alphabet. */
export function isGsmText(text: string): boolean {
  for (const character of text) if (!unitsByCharacter.has(character)) return false;
  return true;
}
