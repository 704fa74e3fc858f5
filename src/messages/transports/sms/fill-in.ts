const placeholderShape = /\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}/g;

/** Values by placeholder. */
export type Values = ReadonlyMap<string, string | number | boolean>;

/** The placeholders of a text, `{to}` as `to`; other braces are text. */
export function findPlaceholders(text: string): string[] {
  return Array.from(text.matchAll(placeholderShape), ([, found]) => found ?? "");
}

/** Fills a text in. Values are written as they are and never read as placeholders; unknown ones stay. */
export function fillIn(text: string, values: Values): string {
  return text.replace(placeholderShape, (whole, found: string) =>
    String(values.get(found) ?? whole),
  );
}

/** The same, where a text that is nothing but one placeholder keeps the value's kind: `"{parts}"` becomes 2. */
export function fillInTyped(text: string, values: Values): string | number | boolean {
  const [, alone] = /^\{([a-z0-9_.]+)\}$/.exec(text) ?? [];
  const value = alone === undefined ? undefined : values.get(alone);
  return value ?? fillIn(text, values);
}
