import { isGsmText } from "./gsm-alphabet.ts";

/** Characters that no decomposition leads to something the alphabet has. */
const counterparts = new Map(
  Object.entries({
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "«": '"',
    "»": '"',
    "″": '"',
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "‹": "'",
    "›": "'",
    "′": "'",
    "´": "'",
    "`": "'",
    "‐": "-",
    "‒": "-",
    "–": "-",
    "—": "-",
    "―": "-",
    "−": "-",
    "•": "-",
    "·": "-",
    "‣": "-",
    "×": "x",
    "⁄": "/",
    "°": ".",
    "→": ">",
    "©": "(c)",
    "®": "(R)",
    ẞ: "SS",
    ł: "l",
    Ł: "L",
    đ: "d",
    Đ: "D",
    ð: "d",
    Ð: "D",
    þ: "th",
    Þ: "Th",
    ı: "i",
    ŋ: "n",
    Ŋ: "N",
    œ: "oe",
    Œ: "OE",
    ħ: "h",
    Ħ: "H",
    ŧ: "t",
    Ŧ: "T",
    "\u00ad": "",
    "\u200b": "",
    "\u200d": "",
    "\u2060": "",
    "\ufeff": "",
  }),
);

/**
 * Writes a text so that it fits GSM-7: what the alphabet has stays (à, ö, €), letters lose accents it has not
 * (ő → o, ç → c), quotes and dashes become plain ones. A text of which something has no counterpart (another script, an
 * emoji) comes back as it was, because it must go as UCS-2 all the same.
 */
export function transliterate(text: string): string {
  const composed = text.normalize("NFC");
  if (isGsmText(composed)) return composed;
  const written = Array.from(composed, (character) => counterpartOf(character));
  const result = written.join("");
  return isGsmText(result) ? result : text;
}

function counterpartOf(character: string): string {
  if (isGsmText(character)) return character;
  const known = counterparts.get(character);
  if (known !== undefined) return known;
  const base = character.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const letters = Array.from(base, (letter) => counterparts.get(letter) ?? letter).join("");
  return letters !== "" && isGsmText(letters) ? letters : character;
}
