import type { LocalizedText } from "../../context.ts";
import { readButton } from "./email/read-blocks.ts";
import { isWebAddress } from "./engine/fill-in.ts";
import { type Mention, type PreparedText, prepareText, TextFault } from "./engine/prepare-text.ts";
import { type TemplateFault, templateRefusal } from "./errors.ts";
import type { MessageKind, TemplateContent } from "./message-template.ts";
import { isPlaceholderName, neededPlaceholders, placeholders } from "./placeholders.ts";

/** Longest texts that a template may come to, in UTF-16 units; ten parts of an SMS. */
const renderedMax = { subject: 998, body: 100_000, text: 1_530 } as const;

type Part = TemplateFault["part"];

/** What a template is checked for. */
export interface CheckedFor {
  readonly kind: MessageKind;
  /** Name of the service it is written for, which may be said in the body of an e-mail only. */
  readonly serviceName?: LocalizedText | undefined;
}

/**
 * Refuses a written template that could not be rendered for every message of its kind, that says what its channel must
 * not, or that leaves out what the kind is for. Throws `template-not-valid` with every place.
 */
export function checkTemplate(content: TemplateContent, checkedFor: CheckedFor): void {
  const parts = partsOf(content);
  const faults: TemplateFault[] = [];
  const mentioned = new Set<string>();
  for (const [part, source] of parts) {
    const read = readPart(part, source);
    if ("fault" in read) {
      faults.push(read.fault);
      continue;
    }
    faults.push(...faultsOf({ part, source, read: read.text }, checkedFor));
    for (const { name, use } of read.text.mentions) if (use !== "condition") mentioned.add(name);
  }
  const isReadable = faults.length === 0;
  if (isReadable) faults.push(...missing(content, checkedFor.kind, mentioned));
  if (faults.length > 0) throw templateRefusal(faults);
}

function partsOf(content: TemplateContent): readonly (readonly [Part, string])[] {
  return content.channel === "email"
    ? [
        ["subject", content.subject],
        ["body", content.body],
      ]
    : [["text", content.text]];
}

function readPart(part: Part, source: string): { text: PreparedText } | { fault: TemplateFault } {
  try {
    return { text: prepareText(source) };
  } catch (error) {
    if (!(error instanceof TextFault)) throw error;
    const { line, column, message } = error;
    return { fault: { part, line, column, message } };
  }
}

interface ReadPart {
  readonly part: Part;
  readonly source: string;
  readonly read: PreparedText;
}

function faultsOf(checked: ReadPart, { kind, serviceName }: CheckedFor): TemplateFault[] {
  const { part, source, read } = checked;
  const misused = read.mentions.flatMap((mention) => {
    const message = misuseOf(mention, part, kind);
    return message === undefined ? [] : [{ part, ...placeOf(mention), message }];
  });
  const found = [
    ...misused,
    ...privateUse(part, source),
    ...(part === "body" ? badButtons(source) : givenAway(part, source, serviceName)),
  ];
  return found.length > 0 ? found : tooLong(checked);
}

function placeOf({ line, column }: Mention): { line: number; column: number } {
  return { line, column };
}

/** Why a placeholder may not stand where it does; undefined when it may. */
function misuseOf({ name, use }: Mention, part: Part, kind: MessageKind): string | undefined {
  const { type, kinds, isInSubject, smsCharsMax } = placeholders[name];
  if (!kinds.includes(kind)) return `${name} is not known in messages of the kind ${kind}`;
  if (part === "subject" && !isInSubject) return `${name} must not be in a subject`;
  if (part === "text" && smsCharsMax === undefined) return `${name} must not be in an SMS`;
  if (use === "output" && type === "list") return `${name} is a list: go through it with \`for\``;
  if (use === "output" && type === "flag") return `${name} can only be asked for with \`if\``;
  if (use === "loop" && type !== "list") return `${name} is no list`;
  return undefined;
}

function privateUse(part: Part, source: string): TemplateFault[] {
  const at = source.search(/[\ue000-\uf8ff\u{f0000}-\u{10ffff}]/u);
  if (at === -1) return [];
  return [{ part, ...placeAt(source, at), message: "there is a character for private use" }];
}

/** Subject and SMS are read on locked screens, so they do not name the service that the template is written for. */
function givenAway(
  part: Part,
  source: string,
  serviceName: LocalizedText | undefined = {},
): TemplateFault[] {
  const text = source.toLowerCase();
  const names = Object.values(serviceName).filter((name) => name.length >= nameCharsMin);
  const at = names.map((name) => text.indexOf(name.toLowerCase())).find((found) => found >= 0);
  if (at === undefined) return [];
  const message = "the name of the service must not be in a subject or an SMS";
  return [{ part, ...placeAt(source, at), message }];
}

/** Shorter names are also parts of other words. */
const nameCharsMin = 4;

/** A button leads to one link placeholder or to an address of the web that is written out. */
function badButtons(source: string): TemplateFault[] {
  return source.split("\n").flatMap((line, index) => {
    const { target = "" } = readButton(line.replaceAll(/\{%.*?%\}/g, "").trim()) ?? {};
    if (target === "" || isTarget(target)) return [];
    const message =
      "a button leads to a placeholder that is a link, or to an address with https://";
    return [{ part: "body", line: index + 1, column: line.indexOf("](") + 3, message }];
  });
}

function isTarget(target: string): boolean {
  const [, name] = /^\{\{-?\s*([a-z_]+)\s*-?\}\}$/.exec(target) ?? [];
  if (name === undefined) return isWebAddress(target);
  return isPlaceholderName(name) && placeholders[name].type === "link";
}

function tooLong({ part, read }: ReadPart): TemplateFault[] {
  const values = read.mentions.map(({ name, use, timesMax }) => {
    if (use !== "output" && use !== "item") return 0;
    const { charsMax, smsCharsMax = 0 } = placeholders[name];
    return timesMax * (part === "text" ? smsCharsMax : charsMax);
  });
  const chars = read.literalCharsMax + values.reduce((sum, length) => sum + length, 0);
  const charsMax = renderedMax[part];
  if (chars <= charsMax) return [];
  const message = `with the longest values it comes to ${chars} characters, at most ${charsMax} are sent`;
  return [{ part, line: 1, column: 1, message }];
}

function missing(
  content: TemplateContent,
  kind: MessageKind,
  mentioned: ReadonlySet<string>,
): TemplateFault[] {
  const part = content.channel === "email" ? "body" : "text";
  return neededPlaceholders[kind]
    .filter((names) => !names.some((name) => mentioned.has(name)))
    .map((names) => {
      const message = `a message of the kind ${kind} must say ${names.join(" or ")}`;
      return { part, line: 1, column: 1, message };
    });
}

function placeAt(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
