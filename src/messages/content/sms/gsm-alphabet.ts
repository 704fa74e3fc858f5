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

const escaped = (characters: string): string => characters.replaceAll(/[\\\]^-]/g, "\\$&");
const gsmText = new RegExp(`^[${escaped(basic + extension)}]*$`, "u");
const extensionCharacter = new RegExp(`[${escaped(extension)}]`, "gu");

/** Whether the whole text can be sent in the default alphabet. */
export function isGsmText(text: string): boolean {
  return gsmText.test(text);
}

/** Septets that a text of the alphabet takes. */
export function gsmUnitsOfText(text: string): number {
  return text.length + (text.match(extensionCharacter)?.length ?? 0);
}

const escapeCode = 0x1b;
/** Codes of the extension table, in the order of `extension`. */
const extensionCodes = [0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65] as const;

const codesByCharacter = new Map<string, readonly number[]>([
  // The basic table has the escape among its codes, between Ξ and Æ.
  ...Array.from(basic, (character, i) => [character, [i < escapeCode ? i : i + 1]] as const),
  ...Array.from(
    extension,
    (character, i) => [character, [escapeCode, extensionCodes[i] ?? 0]] as const,
  ),
]);

/** A text in the default alphabet, one octet for each septet; undefined when a character is not in it. */
export function encodeGsm(text: string): Buffer | undefined {
  const codes: number[] = [];
  for (const character of text) {
    const found = codesByCharacter.get(character);
    if (!found) return undefined;
    codes.push(...found);
  }
  return Buffer.from(codes);
}
