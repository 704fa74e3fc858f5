import { domainToASCII } from "node:url";

/** Letters, digits and signs of an unquoted local part (RFC 5321 dot-string). */
const localShape = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const labelShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one addr-spec and nothing else: no name, list, group, comment, quoted local part or address literal. The domain
 * comes back in ASCII and lower case. Undefined for everything else, among it local parts that need SMTPUTF8.
 */
export function parseEmailAddress(text: string): string | undefined {
  if (text.length > 320) return undefined;
  const at = text.lastIndexOf("@");
  const local = text.slice(0, Math.max(at, 0));
  const domain = asciiDomain(text.slice(at + 1));
  const isGood = domain !== undefined && local.length <= 64 && localShape.test(local);
  return isGood && local.length + 1 + domain.length <= 254 ? `${local}@${domain}` : undefined;
}

/** A domain of at least two labels in ASCII and lower case, or undefined. */
function asciiDomain(text: string): string | undefined {
  // What is not a plain name, such as `a.example, b.example`, must not come back mended.
  if (/[\s,;:<>()[\]@"\\/?#%\u0000-\u001F]/.test(text)) return undefined;
  const domain = domainToASCII(text).toLowerCase();
  const labels = domain.split(".");
  const isGood =
    domain.length <= 253 && labels.length > 1 && labels.every((one) => labelShape.test(one));
  return isGood && !/^\d+$/.test(labels.at(-1) ?? "") ? domain : undefined;
}
