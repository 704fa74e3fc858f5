import type { Language } from "../../../context.ts";
import { holdsValues, isWebAddress, loneValue, type Value } from "../engine/fill-in.ts";
import type { Block } from "./read-blocks.ts";

/** An e-mail before it is written as text or as HTML. Subject, sender and footer are plain text already. */
export interface EmailParts {
  readonly language: Language;
  readonly subject: string;
  /** Who writes, above everything else. */
  readonly sender: string;
  /** Who writes and how to reach them, below everything else. */
  readonly footer: readonly string[];
  readonly blocks: readonly Block[];
  /** What stands for the marks in the blocks. */
  readonly values: readonly Value[];
}

/** Where a button leads: a value that came as a link, or an address written in the template; undefined otherwise. */
export function targetOf(target: string, values: readonly Value[]): string | undefined {
  const value = loneValue(target, values);
  if (value !== undefined) return value.isLink ? value.text : undefined;
  return !holdsValues(target) && isWebAddress(target) ? target : undefined;
}

/** The lines of a paragraph; one that is a single value falls into paragraphs where the value has empty lines. */
export function paragraphsOf(
  lines: readonly string[],
  values: readonly Value[],
): readonly (readonly (Value | string)[])[] {
  const [line = ""] = lines;
  const value = lines.length === 1 ? loneValue(line, values) : undefined;
  if (value === undefined || value.isLink) return [lines];
  return value.text.split(/\n\s*\n/).map((text) => [{ text, isLink: false }]);
}
