/** Longest list that a message shows; a visit of several services may have many documents. */
export const listItemsMax = 60;

/** Control characters but the line feed, marks that turn the direction of writing, byte order marks. */
const neverShown =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Characters that stand for values while a template is filled in; nothing from outside may hold one. */
const privateUse = /[\ue000-\uf8ff\u{f0000}-\u{10ffff}]/gu;

/**
 * Makes a value plain text of at most `charsMax` UTF-16 units: well-formed Unicode, line feeds as the only control
 * characters, shortened with an ellipsis.
 */
export function cleanValue(value: string, charsMax: number): string {
  const plain = isClean(value) ? value.trim() : cleaned(value);
  return plain.length <= charsMax ? plain : `${cutBefore(plain, charsMax - 1)}…`;
}

/** Nearly all values are, and looking once costs less than replacing. */
function isClean(value: string): boolean {
  return !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\uf8ff\ufeff]/.test(
    value,
  );
}

function cleaned(value: string): string {
  return value
    .toWellFormed()
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replaceAll("\t", " ")
    .replaceAll(neverShown, "")
    .replaceAll(privateUse, "")
    .trim();
}

/** The same on one line, for subjects and labels. */
export function onOneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** The first `charsMax` units without half a character at their end. */
function cutBefore(text: string, charsMax: number): string {
  const cut = text.slice(0, charsMax);
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)).trimEnd();
}
