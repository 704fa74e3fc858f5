import type { MessageData } from "../content.ts";
import { placeholders, type PlaceholderName } from "../placeholders.ts";
import { cleanValue, listItemsMax } from "./clean-value.ts";
import { type PreparedText, renderText } from "./prepare-text.ts";

/** A value as it stands in a filled-in text. */
export interface Value {
  readonly text: string;
  /** Whether it may become a link: it came as one and is an address of the web. */
  readonly isLink: boolean;
}

/**
 * A text whose values are still apart: in `marked` each is one private-use character. What reads the marks of a body
 * therefore never sees a value, and no value can become a mark, a tag or an address.
 */
export interface FilledText {
  readonly marked: string;
  readonly values: readonly Value[];
}

/** How values are shortened: e-mails have room, every unit of an SMS is paid for. */
export type Medium = "email" | "sms";

/**
 * Puts a message's data into a text. What is absent or empty counts as not there in conditions, and as nothing where it
 * is put out. Throws RangeError for a link that is longer than the medium allows.
 *
 * With stand-ins for values a text comes out the same for all messages that have the same values at all, so the engine
 * runs once for them.
 */
export function fillIn(prepared: PreparedText, data: MessageData, medium: Medium): FilledText {
  const values: Value[] = [];
  const stand = (value: Value): string => {
    values.push(value);
    return String.fromCodePoint(FIRST_STAND_IN + values.length - 1);
  };
  const scope: Record<string, unknown> = {};
  let shape = `${prepared.id}`;
  for (const name of prepared.names) {
    const given = inScope(name, { data, medium, stand });
    scope[name] = given;
    shape += shapeOf(given);
  }
  return { marked: renderOnce(prepared, { scope, shape }), values };
}

/** What of a value decides how a text comes out. */
function shapeOf(given: string | readonly string[] | boolean | null): string {
  if (given === null) return "/";
  if (typeof given === "boolean") return given ? "/t" : "/f";
  return typeof given === "string" ? "/v" : `/${given.length}`;
}

/** Shapes of texts kept; each takes some kilobytes. */
const shapesKeptMax = 1_000;
const renderedShapes = new Map<string, string>();

function renderOnce(
  prepared: PreparedText,
  { scope, shape }: { readonly scope: object; readonly shape: string },
): string {
  const known = renderedShapes.get(shape);
  if (known !== undefined) return known;
  const marked = renderText(prepared, scope);
  if (renderedShapes.size >= shapesKeptMax) renderedShapes.clear();
  renderedShapes.set(shape, marked);
  return marked;
}

/** Stand-ins are the first characters of the supplementary private use area A. */
const FIRST_STAND_IN = 0xf_0000;
const standIn = /[\u{f0000}-\u{ffffd}]/gu;

/** Whether a piece of a filled-in text is exactly one value; that value. */
export function loneValue(piece: string, values: readonly Value[]): Value | undefined {
  return piece.length === 2 ? values[(piece.codePointAt(0) ?? 0) - FIRST_STAND_IN] : undefined;
}

/** Whether a piece holds any value at all. */
export function holdsValues(piece: string): boolean {
  return /[\u{f0000}-\u{ffffd}]/u.test(piece);
}

/** Writes a piece out, each value as `write` says and everything between as `writeText` says. */
export function writeOut(
  piece: string,
  values: readonly Value[],
  { write, writeText }: { write: (value: Value) => string; writeText: (text: string) => string },
): string {
  let result = "";
  let from = 0;
  for (const match of piece.matchAll(standIn)) {
    const value = values[(match[0].codePointAt(0) ?? 0) - FIRST_STAND_IN];
    result += writeText(piece.slice(from, match.index)) + (value === undefined ? "" : write(value));
    from = match.index + match[0].length;
  }
  return result + writeText(piece.slice(from));
}

/** A piece as plain text. */
export function plainOf(piece: string, values: readonly Value[]): string {
  return writeOut(piece, values, { write: ({ text }) => text, writeText: (text) => text });
}

interface InScope {
  readonly data: MessageData;
  readonly medium: Medium;
  readonly stand: (value: Value) => string;
}

function inScope(
  name: PlaceholderName,
  { data, medium, stand }: InScope,
): string | string[] | boolean | null {
  const given = data[name];
  if (given === undefined || typeof given === "boolean") return given ?? null;
  const { type, charsMax, smsCharsMax = 0 } = placeholders[name];
  const max = medium === "email" ? charsMax : smsCharsMax;
  if (typeof given !== "string") {
    const items = given.slice(0, listItemsMax).map((item) => cleanValue(item, max));
    const kept = items.filter((item) => item !== "");
    return kept.length === 0 ? null : kept.map((text) => stand({ text, isLink: false }));
  }
  if (type === "link" && given.length > max) {
    throw new RangeError(`${name} has ${given.length} characters, at most ${max} are sent`);
  }
  const text = cleanValue(given, max);
  return text === "" ? null : stand({ text, isLink: type === "link" && isWebAddress(text) });
}

/** Whether a text is an address of the web and nothing else: no other scheme, no user, no space or quote. */
export function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[\x21\x23-\x26\x28-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/.test(text))
    return false;
  const url = URL.parse(text);
  return url !== null && url.username === "" && url.password === "" && url.hostname !== "";
}
