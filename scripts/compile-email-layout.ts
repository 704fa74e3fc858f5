import { Engine } from "mrml";

/** Where the layout is written and where its compiled pieces are kept. */
export const LAYOUT_FILE = "src/messages/content/email/layout.mjml";
export const PIECES_FILE = "src/messages/content/email/layout-pieces.json";

const MARK = /<!--@([a-z]+)@-->/;
const NAMESPACES = /\sxmlns(?::[vo])?="[^"]*"/g;

/**
 * Compiles the layout and cuts it at its marks, as JSON by the pieces' names; the same source gives the same text.
 * Throws Error for a layout that is no MJML, or that would load something from elsewhere.
 */
export function compileEmailLayout(source: string): string {
  const result = new Engine().toHtml(source);
  if (result.type === "error") throw new Error(`The e-mail layout: ${result.message}`);
  if (result.warnings.length > 0)
    throw new Error(`The e-mail layout: ${JSON.stringify(result.warnings)}`);
  if (/\/\/|<img|<link|@import|url\(/.test(result.content.replaceAll(NAMESPACES, "")))
    throw new Error("The e-mail layout would load something from elsewhere");
  const [start = "", ...rest] = result.content.split(MARK);
  const pieces: [string, string][] = [["start", start]];
  for (let at = 0; at < rest.length; at += 2) pieces.push([rest[at] ?? "", rest[at + 1] ?? ""]);
  return `${JSON.stringify(Object.fromEntries(pieces), null, 2)}\n`;
}
