import {
  ForTag,
  IfTag,
  Liquid,
  LiquidError,
  Output,
  type Template,
  TokenKind,
  type Token,
  TypeGuards,
  UnlessTag,
  defaultOperators,
  type Value,
} from "liquidjs";
import { isPlaceholderName, type PlaceholderName } from "../placeholders.ts";
import { listItemsMax } from "./clean-value.ts";

/** How a placeholder is used where it stands; `item` puts out one after the other what is in a list. */
export interface Mention {
  readonly name: PlaceholderName;
  readonly use: "output" | "condition" | "loop" | "item";
  /** How often it can be put out: once, or in a loop as often as a list can have items. */
  readonly timesMax: number;
  readonly line: number;
  readonly column: number;
}

/** A text that was read once and can be filled in any number of times. */
export interface PreparedText {
  /** Names this reading of the text in this process. */
  readonly id: number;
  readonly nodes: Template[];
  /** Every placeholder of it, in the order of the text. */
  readonly mentions: readonly Mention[];
  /** The names of those, each once. */
  readonly names: readonly PlaceholderName[];
  /** UTF-16 units that are written out, those in loops as often as a list can have items. */
  readonly literalCharsMax: number;
}

/** Something in a text that cannot be read; line and column count from 1. */
export class TextFault extends Error {
  override readonly name = "TextFault";
  readonly line: number;
  readonly column: number;

  constructor(message: string, [line = 1, column = 1]: readonly number[], options?: ErrorOptions) {
    super(message, options);
    this.line = line;
    this.column = column;
  }
}

/** Deepest nesting of `if`, `unless` and `for`. */
const depthMax = 5;
/** Most tags and outputs of a text; rendering costs time for each. */
const nodesMax = 600;

/**
 * Everything the language of templates has: placeholders put out, `if`, `elsif`, `else`, `unless` with `and` and `or`,
 * `for` over a list. Whatever else the engine knows is refused when a text is read: filters, literals, ranges,
 * properties, assignments, files.
 */
const allowedTags: readonly string[] = ["if", "unless", "for"];

/** Limits of the engine; what may be written stays far below them. */
const limits = { parseLimit: 20_000, renderLimit: 2_000, memoryLimit: 1_000_000 };

const engine = createEngine();
let lastId = 0;

function createEngine(): Liquid {
  const made = new Liquid({
    ...limits,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    dynamicPartials: false,
    operators: pick(defaultOperators, ["and", "or"]),
  });
  for (const name of Object.keys(made.tags)) {
    if (!allowedTags.includes(name)) Reflect.deleteProperty(made.tags, name);
  }
  for (const name of Object.keys(made.filters)) made.unregisterFilter(name);
  return made;
}

function pick<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

/**
 * Reads a text of at most `parseLimit` characters. Throws TextFault for what the language of templates does not have
 * and for unknown placeholders; which ones fit a kind and a channel is judged elsewhere.
 */
export function prepareText(source: string): PreparedText {
  if (source.length > limits.parseLimit)
    throw new TextFault(`longer than ${limits.parseLimit} characters`, []);
  const nodes = parse(source);
  const mentions: Mention[] = [];
  let count = 0;
  let literalCharsMax = 0;
  const visit = (node: Template, scope: Scope): void => {
    count += 1;
    if (count > nodesMax) throw new TextFault(`more than ${nodesMax} parts`, placeOf(node.token));
    if (scope.depth > depthMax)
      throw new TextFault(`nested more than ${depthMax} deep`, placeOf(node.token));
    const { found, inside } = readNode(node, scope);
    mentions.push(...found);
    if (node.token.kind === TokenKind.HTML)
      literalCharsMax += node.token.size() * timesMaxIn(scope);
    for (const part of inside) for (const child of part.nodes) visit(child, part.scope);
  };
  for (const node of nodes) visit(node, { depth: 0 });
  lastId += 1;
  const names = [...new Set(mentions.map(({ name }) => name))];
  return { id: lastId, nodes, mentions, names, literalCharsMax };
}

/** Fills a text in; `scope` must have an own property for every placeholder of it. */
export function renderText(prepared: PreparedText, scope: object): string {
  const text: unknown = engine.renderSync(prepared.nodes, scope);
  return String(text);
}

function parse(source: string): Template[] {
  try {
    return engine.parse(source);
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    const message = error.message.replace(/, line:\d+, col:\d+$/, "");
    throw new TextFault(message, placeOf(error.token), { cause: error });
  }
}

interface Scope {
  /** The loop around, with the name that it gives to the items of its list. */
  readonly loop?: { readonly item: string; readonly list: PlaceholderName };
  readonly depth: number;
}

function timesMaxIn({ loop }: Scope): number {
  return loop === undefined ? 1 : listItemsMax;
}

interface ReadNode {
  readonly found: readonly Mention[];
  readonly inside: readonly { readonly nodes: readonly Template[]; readonly scope: Scope }[];
}

function readNode(node: Template, scope: Scope): ReadNode {
  if (node.token.kind === TokenKind.HTML) return { found: [], inside: [] };
  if (node instanceof Output) {
    return { found: mentionsOf(node.value, scope, "output"), inside: [] };
  }
  const inner = { ...scope, depth: scope.depth + 1 };
  if (node instanceof IfTag || node instanceof UnlessTag) {
    return {
      found: node.branches.flatMap(({ value }) => mentionsOf(value, scope, "condition")),
      inside: [...node.branches.map(({ templates }) => templates), node.elseTemplates ?? []].map(
        (nodes) => ({ nodes, scope: inner }),
      ),
    };
  }
  if (node instanceof ForTag) return readLoop(node, inner);
  throw new TextFault("not part of the language of templates", placeOf(node.token));
}

function readLoop(node: ForTag, scope: Scope): ReadNode {
  const place = placeOf(node.token);
  if (scope.loop !== undefined) throw new TextFault("a `for` inside another one", place);
  if (Object.keys(node.hash.hash).length > 0)
    throw new TextFault("`for` takes a list and nothing more", place);
  if (isPlaceholderName(node.variable))
    throw new TextFault(`${node.variable} is the name of a placeholder`, place);
  const mention = placeholderAt(simpleName(node.collection), node.collection);
  const loop = { item: node.variable, list: mention.name };
  return {
    found: [{ ...mention, use: "loop", timesMax: 1 }],
    inside: [
      { nodes: node.templates, scope: { ...scope, loop } },
      { nodes: node.elseTemplates, scope },
    ],
  };
}

function mentionsOf(value: Value, scope: Scope, use: "output" | "condition"): Mention[] {
  const tokens = value.initial.postfix;
  const operands = tokens.filter((token) => !TypeGuards.isOperatorToken(token));
  if (use === "output" && tokens.length !== 1)
    throw new TextFault("one placeholder belongs between `{{` and `}}`", placeOf(tokens[0]));
  if (use === "condition" && tokens.length !== operands.length * 2 - 1)
    throw new TextFault("conditions are placeholders joined by `and` or `or`", placeOf(tokens[0]));
  return operands.map((token) => {
    const name = simpleName(token);
    const timesMax = timesMaxIn(scope);
    if (name !== scope.loop?.item) return { ...placeholderAt(name, token), use, timesMax };
    const { list } = scope.loop;
    return { ...positionOf(token), name: list, use: use === "output" ? "item" : use, timesMax };
  });
}

/** The one word that a token is. Throws TextFault for literals, ranges and properties of something. */
function simpleName(token: Token): string {
  const isName =
    TypeGuards.isPropertyAccessToken(token) &&
    token.variable === undefined &&
    token.props.length === 1;
  const [word] = isName ? token.props : [];
  if (word === undefined || !TypeGuards.isWordToken(word)) {
    throw new TextFault(`${shown(token.getText())} is no placeholder`, placeOf(token));
  }
  return word.content;
}

function placeholderAt(name: string, token: Token): Pick<Mention, "name" | "line" | "column"> {
  if (isPlaceholderName(name)) return { ...positionOf(token), name };
  throw new TextFault(`there is no placeholder ${shown(name)}`, placeOf(token));
}

function positionOf(token: Token): Pick<Mention, "line" | "column"> {
  const [line = 1, column = 1] = placeOf(token);
  return { line, column };
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function placeOf(token: Token | undefined): readonly number[] {
  return token?.getPosition() ?? [];
}
