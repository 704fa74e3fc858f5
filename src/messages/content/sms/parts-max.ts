import { placeholders } from "../placeholders.ts";
import type { SmsTemplate } from "../prepared-template.ts";

/** UTF-16 units of a part when characters beyond GSM-7 are in it, alone and joined: the fewest that a part may hold. */
const unitsAlone = 70;
const unitsJoined = 67;

/**
 * Parts that an SMS of a template has at most, whatever its values are: every condition true, every value as long as it
 * may be, and characters beyond GSM-7. Pure; a bound, not an estimate.
 */
export function smsPartsMax(
  { text }: SmsTemplate,
  { hasNotice }: { readonly hasNotice: boolean },
): number {
  const values = text.mentions.map(({ name, use, timesMax }) => {
    if (use !== "output" && use !== "item") return 0;
    if (name === "notice_text" && !hasNotice) return 0;
    return timesMax * (placeholders[name].smsCharsMax ?? 0);
  });
  const chars = text.literalCharsMax + values.reduce((sum, length) => sum + length, 0);
  return chars <= unitsAlone ? 1 : Math.ceil(chars / unitsJoined);
}
