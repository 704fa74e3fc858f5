/**
 * One text for one JSON value, whatever the order of its keys (RFC 8785): keys sorted by UTF-16 units, no spaces,
 * numbers and strings as ECMAScript writes them. Throws TypeError for what JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) return canonicalObject(value);
  const isPlain = value === null || ["string", "boolean"].includes(typeof value);
  if (isPlain || Number.isFinite(value)) return JSON.stringify(value);
  throw new TypeError("JSON has no such value");
}

function canonicalObject(value: object): string {
  const entries: [string, unknown][] = Object.entries(value);
  const members = entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
