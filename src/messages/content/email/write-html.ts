import type { Language } from "../../../context.ts";
import { plainOf, type Value, writeOut } from "../engine/fill-in.ts";
import { labelMark } from "../words.ts";
import { type EmailParts, paragraphsOf, targetOf } from "./email-parts.ts";
import layoutPieces from "./layout-pieces.json" with { type: "json" };
import type { Block } from "./read-blocks.ts";

/** What is written above the address below a button. */
const buttonHints: Readonly<Record<Language, string>> = {
  it: "Se il pulsante non funziona, copi questo indirizzo nel browser:",
  de: "Falls die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in den Browser:",
  fr: "Si le bouton ne fonctionne pas, copiez cette adresse dans le navigateur\u00a0:",
  en: "If the button does not work, copy this address into your browser:",
};

/**
 * Writes an e-mail as HTML: one column, one `h1`, the language stated, light and dark, nothing loaded from elsewhere.
 * Whatever came as a value is text; only an address of the web becomes a link.
 */
export function writeHtml(parts: EmailParts): string {
  const { subject, sender, footer, language, blocks } = parts;
  const start = fill(layoutPieces.start, {
    language,
    title: escapeHtml(subject),
    sender: escapeHtml(sender),
  });
  const end = fill(layoutPieces.end, { footer: footer.map(escapeHtml).join("<br>") });
  return start + blocks.map((block) => writeBlock(block, parts)).join("") + end;
}

function writeBlock(block: Block, { values, language }: EmailParts): string {
  const inline = (piece: string): string =>
    writeOut(piece, values, { write: valueHtml, writeText: escapeHtml });
  switch (block.kind) {
    case "title":
    case "heading":
      return fill(layoutPieces[block.kind], { text: inline(block.text) });
    case "paragraph":
      return paragraphsOf(block.lines, values)
        .map((lines) =>
          lines.map((line) => (typeof line === "string" ? inline(line) : valueHtml(line))),
        )
        .map((lines) => fill(layoutPieces.paragraph, { text: lines.join("<br>") }))
        .join("");
    case "list": {
      const items = block.items.map((item) => `<li>${inline(item)}</li>`);
      return fill(layoutPieces.list, { text: items.join("") });
    }
    case "facts": {
      const terms = block.facts.map(
        ({ label, value }) => `<dt>${inline(label)}</dt><dd>${inline(value)}</dd>`,
      );
      return fill(layoutPieces.facts, { text: terms.join("") });
    }
    case "button": {
      const text = inline(block.label);
      const address = targetOf(block.target, values);
      if (address !== undefined) return buttonHtml({ text, address, language });
      const target = escapeHtml(plainOf(block.target, values));
      return fill(layoutPieces.paragraph, { text: `${text}${labelMark(language)} ${target}` });
    }
  }
}

/** A link that looks like a button, and its address to be read. */
function buttonHtml(button: { text: string; address: string; language: Language }): string {
  const url = escapeHtml(button.address);
  const hint = buttonHints[button.language];
  return fill(layoutPieces.button, { text: button.text, url, address: url, hint });
}

function valueHtml({ text, isLink }: Value): string {
  const html = escapeHtml(text);
  return isLink ? `<a href="${html}">${html}</a>` : html.replaceAll("\n", "<br>");
}

/** Puts HTML into the places of a piece. */
function fill(piece: string, html: Readonly<Record<string, string>>): string {
  let result = "";
  cutAtPlaces(piece).forEach((text, index) => {
    result += index % 2 === 0 ? text : (html[text] ?? "");
  });
  return result;
}

const cutPieces = new Map<string, readonly string[]>();

/** The texts of a piece and between them the names of its places. There are as many pieces as the layout has. */
function cutAtPlaces(piece: string): readonly string[] {
  const known = cutPieces.get(piece);
  if (known !== undefined) return known;
  const cut = piece.split(/@@([a-z]+)@@/);
  cutPieces.set(piece, cut);
  return cut;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Writes text so that it is text in HTML, within elements and within quoted attributes. */
function escapeHtml(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? "") : text;
}
