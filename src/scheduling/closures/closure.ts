import type { LocalizedText } from "../../context.ts";
import type { DatedScope } from "../dated-scope.ts";

/** What an administration states about a closure, in the wall time of the sites concerned. */
export interface ClosureFacts extends DatedScope {
  readonly start_time: string;
  /** Up to `24:00`. */
  readonly end_time: string;
  /** Shown to citizens; may be empty. */
  readonly reason: LocalizedText;
}

/** A dated absence of openings for a resource, a site, or (neither named) the whole tenant. */
export interface Closure extends ClosureFacts {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly is_retired: boolean;
}

/** The facts of a closure without what names it. */
export function factsOfClosure(closure: Closure): ClosureFacts {
  const { id: _id, code: _code, version: _version, is_retired: _isRetired, ...facts } = closure;
  return facts;
}
