import type { MessageData } from "./content.ts";
import { cleanValue } from "./engine/clean-value.ts";
import { fillIn, type Medium, plainOf } from "./engine/fill-in.ts";
import { type Mention, type PreparedText, prepareText, TextFault } from "./engine/prepare-text.ts";
import { templateRefusal } from "./errors.ts";
import type { MessageKind } from "./message-template.ts";
import { placeholders } from "./placeholders.ts";

/** Texts that this process has read, so that each of many messages does not read its own again. */
const prepared = new Map<string, PreparedText>();
const preparedMax = 500;

/**
 * Refuses a free text that could not be put into every message of a kind, SMS included. It is written in the language of
 * templates, with placeholders that an SMS may have; it becomes `notice_text`. Throws `template-not-valid`.
 */
export function checkNotice(source: string, kind: MessageKind): void {
  let read: PreparedText;
  try {
    read = prepareText(source);
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    const { line, column, message } = error;
    throw templateRefusal([{ part: "text", line, column, message }]);
  }
  const faults = read.mentions.flatMap((mention) => {
    const message = misuseOf(mention, kind);
    return message === undefined
      ? []
      : [{ part: "text" as const, line: mention.line, column: mention.column, message }];
  });
  if (faults.length > 0) throw templateRefusal(faults);
}

function misuseOf({ name, use }: Mention, kind: MessageKind): string | undefined {
  const { type, kinds, smsCharsMax } = placeholders[name];
  if (name === "notice_text") return "notice_text is this text itself";
  if (!kinds.includes(kind)) return `${name} is not known in messages of the kind ${kind}`;
  if (smsCharsMax === undefined)
    return `${name} must not be in an SMS, and this text may go into one`;
  if (use === "loop" || use === "item" || type === "list") return `${name} is a list`;
  if (use === "output" && type === "flag") return `${name} can only be asked for with \`if\``;
  return undefined;
}

/** A free text with a message's data put in, plain; shortened to what a message may say of it. Pure but for a memory. */
export function renderNotice(source: string, data: MessageData, medium: Medium): string {
  const { marked, values } = fillIn(preparedOnce(source), data, medium);
  const { charsMax, smsCharsMax = 0 } = placeholders.notice_text;
  return cleanValue(plainOf(marked, values), medium === "email" ? charsMax : smsCharsMax);
}

function preparedOnce(source: string): PreparedText {
  const known = prepared.get(source);
  if (known) return known;
  if (prepared.size >= preparedMax) prepared.clear();
  const read = prepareText(source);
  prepared.set(source, read);
  return read;
}
