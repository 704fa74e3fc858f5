import type { Page } from "../../catalog/pages.ts";

const limit = 200;
const pagesMax = 5;

/** Reads a list to its end, at most 1,000 items, which is what a form can offer. */
export async function collectPages<T>(
  read: (request: { limit: number; cursor?: string | undefined }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < pagesMax; i += 1) {
    const page = await read({ limit, cursor });
    items.push(...page.items);
    if (page.next_cursor === null) return items;
    cursor = page.next_cursor;
  }
  return items;
}
