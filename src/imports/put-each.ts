import type { Put } from "../catalog/put-outcome.ts";
import { collectProblems, type ImportRun, noteOutcome } from "./import-run.ts";

/** One of the document's lists. */
export interface ListPart<Item> {
  readonly list: string;
  readonly items: readonly Item[];
}

/** Puts every thing of a list and remembers the ids of their codes. */
export async function putEach<
  Item extends { readonly code: string; readonly resource?: string | null },
>(
  run: ImportRun,
  { list, items }: ListPart<Item>,
  put: (item: Item, path: string) => Promise<Put>,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    const path = `${list}.${index}`;
    await collectProblems(run, path, async () => {
      const { id, outcome } = await put(item, path);
      run.ids.set(`${list}/${item.code}`, id);
      const name = item.resource ? `${item.resource}/${item.code}` : item.code;
      noteOutcome(run, { path, name }, outcome);
    });
  }
}
