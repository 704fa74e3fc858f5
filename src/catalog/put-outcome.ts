/** What making something be as stated did. */
export type PutOutcome = "created" | "changed" | "unchanged";

/** The thing's id and what was done to it. */
export interface Put {
  readonly id: string;
  readonly outcome: PutOutcome;
}

/** What a change did, by the versions before and after it. */
export function putOf(
  known: { readonly id: string; readonly version: number },
  next: { readonly version: number },
): Put {
  return { id: known.id, outcome: next.version === known.version ? "unchanged" : "changed" };
}
