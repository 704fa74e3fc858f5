import { isId } from "../http/text-schema.ts";

/** What an address names: an id or a code, the other being null. */
export interface Named {
  readonly id: string | null;
  readonly code: string | null;
}

/** Splits what an address names into the id or the code it is. */
export function idOrCode(text: string): Named {
  return isId(text) ? { id: text, code: null } : { id: null, code: text };
}
