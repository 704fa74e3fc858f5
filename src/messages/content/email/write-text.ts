import { plainOf } from "../engine/fill-in.ts";
import { labelMark } from "../words.ts";
import { type EmailParts, paragraphsOf } from "./email-parts.ts";
import type { Block } from "./read-blocks.ts";

/** Writes an e-mail as plain text, with everything that its HTML says: marks of lists as hyphens, addresses in full. */
export function writeText(parts: EmailParts): string {
  const paragraphs = [
    parts.sender,
    ...parts.blocks.map((block) => blockText(block, parts)),
    parts.footer.join("\n"),
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
}

function blockText(block: Block, { values, language }: EmailParts): string {
  const plain = (piece: string): string => plainOf(piece, values).trim();
  switch (block.kind) {
    case "title":
    case "heading":
      return plain(block.text);
    case "paragraph":
      return paragraphsOf(block.lines, values)
        .map((lines) => lines.map((line) => (typeof line === "string" ? plain(line) : line.text)))
        .map((lines) => lines.join("\n"))
        .join("\n\n");
    case "list":
      return block.items.map((item) => `- ${indented(plain(item))}`).join("\n");
    case "facts":
      return block.facts
        .map(
          ({ label, value }) => `${plain(label)}${labelMark(language)} ${indented(plain(value))}`,
        )
        .join("\n");
    case "button":
      return `${plain(block.label)}${labelMark(language)}\n${plain(block.target)}`;
  }
}

/** Further lines of a value are set in, so that they do not look like lines of their own. */
function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}
