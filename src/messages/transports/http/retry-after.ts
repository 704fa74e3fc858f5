/** Longest wait that is believed, in seconds. */
const secondsMax = 86_400;

/**
 * Seconds until a request may be repeated, from the header `Retry-After` (RFC 9110: seconds or an HTTP date); null when
 * it says nothing that can be read. `now` is epoch milliseconds; one day at most, rounded up.
 */
export function retryAfterSeconds(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Math.min(Number(text), secondsMax);
  // Only the form that RFC 9110 has servers write; Date.parse alone would read nearly anything.
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return null;
  const at = Date.parse(text);
  if (Number.isNaN(at)) return null;
  return Math.min(Math.max(Math.ceil((at - now) / 1_000), 0), secondsMax);
}
