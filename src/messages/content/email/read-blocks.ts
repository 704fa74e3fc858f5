/** A part of an e-mail. Texts are still marked: their values are written out per medium. */
export type Block =
  | { readonly kind: "title"; readonly text: string }
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly lines: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | { readonly kind: "button"; readonly label: string; readonly target: string };

/** A label and what it labels, such as when and where. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

/** Reads a line of its own, `[label](target)`; undefined for any other. */
export function readButton(line: string): { label: string; target: string } | undefined {
  // The last sign is looked at first, so that the pattern cannot try every bracket of a long line.
  if (!line.startsWith("[") || !line.endsWith(")")) return undefined;
  const [, label, target] = /^\[(.+)\]\((.*)\)$/su.exec(line) ?? [];
  if (label === undefined || target === undefined) return undefined;
  return { label: label.trim(), target: target.trim() };
}

const factSeparator = " ::";

/**
 * Reads the marks of a filled-in body, line by line:
 *
 * - `# ` the title, `## ` a heading;
 * - `- ` an item of a list;
 * - `label :: value` a fact;
 * - `[label](address)` a button;
 * - anything else is a paragraph, whose lines stay lines; an empty line ends it.
 *
 * Items and facts with empty lines between them stay together, because loops and conditions leave such lines. A fact,
 * an item or a button of which the value is not there is left out: only values that are there have a stand-in.
 */
export function readBlocks(marked: string): readonly Block[] {
  const known = blocksOf.get(marked);
  if (known !== undefined) return known;
  const blocks = read(marked);
  if (blocksOf.size >= bodiesKeptMax) blocksOf.clear();
  blocksOf.set(marked, blocks);
  return blocks;
}

/** Bodies kept read: messages that have the same values at all have the same one. */
const bodiesKeptMax = 1_000;
const blocksOf = new Map<string, readonly Block[]>();

function read(marked: string): Block[] {
  const blocks: Block[] = [];
  let isParagraphOpen = false;
  for (const line of marked.split("\n").map((raw) => raw.trim())) {
    if (line === "") {
      isParagraphOpen = false;
      continue;
    }
    const block = readLine(line);
    const last = blocks.at(-1);
    const mayJoin = block.kind !== "paragraph" || isParagraphOpen;
    isParagraphOpen = block.kind === "paragraph";
    if (isLeftOut(block)) continue;
    const joined = mayJoin && last !== undefined ? join(last, block) : undefined;
    if (joined === undefined) blocks.push(block);
    else blocks[blocks.length - 1] = joined;
  }
  return blocks;
}

/** The blocks with exactly one title, the first: that of the body, else the subject. */
export function withTitle(blocks: readonly Block[], subject: string): readonly Block[] {
  const title = blocks.find((block) => block.kind === "title") ?? { kind: "title", text: subject };
  const rest = blocks.filter((block) => block !== title);
  return [
    title,
    ...rest.map((block): Block => (block.kind === "title" ? { ...block, kind: "heading" } : block)),
  ];
}

function readLine(line: string): Block {
  const [, mark, marked = ""] = /^(#{1,2}|-)(?: (.*))?$/su.exec(line) ?? [];
  if (mark === "#") return { kind: "title", text: marked.trim() };
  if (mark === "##") return { kind: "heading", text: marked.trim() };
  if (mark === "-") return { kind: "list", items: [marked.trim()] };
  const button = readButton(line);
  if (button !== undefined) return { kind: "button", ...button };
  const at = line.indexOf(factSeparator);
  if (at > 0 && /^ ::(?: |$)/.test(line.slice(at))) {
    const value = line.slice(at + factSeparator.length).trim();
    return { kind: "facts", facts: [{ label: line.slice(0, at).trim(), value }] };
  }
  return { kind: "paragraph", lines: [line] };
}

function isLeftOut(block: Block): boolean {
  switch (block.kind) {
    case "title":
    case "heading":
      return block.text === "";
    case "paragraph":
      return false;
    case "list":
      return block.items.every((item) => item === "");
    case "facts":
      return block.facts.every(({ value }) => value === "");
    case "button":
      return block.target === "";
  }
}

/** Two blocks as one, where they belong together. */
function join(last: Block, next: Block): Block | undefined {
  if (last.kind === "paragraph" && next.kind === "paragraph")
    return { kind: "paragraph", lines: [...last.lines, ...next.lines] };
  if (last.kind === "list" && next.kind === "list")
    return { kind: "list", items: [...last.items, ...next.items] };
  if (last.kind === "facts" && next.kind === "facts")
    return { kind: "facts", facts: [...last.facts, ...next.facts] };
  return undefined;
}
