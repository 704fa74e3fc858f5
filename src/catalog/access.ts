import type { Actor } from "../context.ts";

/** Whether the caller may see what citizens do not: hidden and retired parts of the catalogue. */
export function maySeeAll(actor: Actor): boolean {
  if (actor.kind === "system") return true;
  return (
    actor.kind === "staff" && actor.scopes.some((scope) => scope === "admin" || scope === "catalog")
  );
}
