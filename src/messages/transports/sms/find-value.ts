/** Longest value that is read out of what a provider sends. */
const valueCharsMax = 200;

/** What a provider sent, ready to be looked into. */
export type Document =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "fields"; readonly fields: ReadonlyMap<string, string> }
  | { readonly kind: "words"; readonly words: readonly string[] };

/** Reads an answer or a callback; undefined when it is not what was announced. */
export function readDocument(
  text: string,
  format: "json" | "form" | "words",
): Document | undefined {
  switch (format) {
    case "json":
      try {
        return { kind: "json", value: parseJson(text) };
      } catch {
        return undefined;
      }
    case "form":
      return fieldsOf(new URLSearchParams(text.trim()));
    case "words":
      return { kind: "words", words: text.split(/[\s,;|:=]+/, 50).filter((word) => word !== "") };
  }
}

/** A number, outside of a text, that may be too long for ours; inside of a text it is harmless. */
const longNumber = /(?:^|[:[,])\s*-?[\d.]*?(?:\d{16}|[\d.][eE])/;

/** Looking at each value costs ten times as much as reading: only where a number is long. */
function parseJson(text: string): unknown {
  const value: unknown = longNumber.test(text)
    ? JSON.parse(text, keepLongNumbers)
    : JSON.parse(text);
  return value;
}

/** Names of messages may be numbers too long for ours: those stay the digits that were sent. */
function keepLongNumbers(
  _key: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const isLong = typeof value === "number" && !Number.isSafeInteger(value);
  return isLong ? (context?.source ?? value) : value;
}

/** Fields of a form or a query; of repeated ones the first counts. */
export function fieldsOf(parameters: URLSearchParams): Document {
  const fields = new Map<string, string>();
  for (const [name, value] of parameters) if (!fields.has(name)) fields.set(name, value);
  return { kind: "fields", fields };
}

/**
 * The value at a place as short text: a JSON pointer (RFC 6901), a field's name, or a word's number from 0. Undefined
 * when nothing is there, or nothing that is a text, a number or a truth value.
 */
export function findValue(document: Document, place: string): string | undefined {
  const found = lookUp(document, place);
  if (typeof found !== "string" && typeof found !== "number" && typeof found !== "boolean")
    return undefined;
  const text = String(found).trim();
  return text === "" || text.length > valueCharsMax ? undefined : text;
}

function lookUp(document: Document, place: string): unknown {
  switch (document.kind) {
    case "json":
      return findPointer(document.value, place);
    case "fields":
      return document.fields.get(place);
    case "words":
      return /^\d{1,2}$/.test(place) ? document.words[Number(place)] : undefined;
  }
}

/** What a JSON pointer names, own properties only; undefined when it names nothing. */
export function findPointer(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  if (!pointer.startsWith("/")) return undefined;
  let found = value;
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
