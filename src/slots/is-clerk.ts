import type { Actor } from "../context.ts";

/**
 * Whether somebody books with the rights of the office: staff whose key has the scope `appointments` (or `admin`),
 * an operation that staff started, and the system. Keys for other work book as the public does.
 */
export function isClerk(actor: Actor): boolean {
  switch (actor.kind) {
    case "staff":
      return actor.scopes.includes("appointments") || actor.scopes.includes("admin");
    case "bulk":
    case "system":
      return true;
    case "anonymous":
    case "widget":
    case "citizen":
    case "waiting":
      return false;
  }
}
