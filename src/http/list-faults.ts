import type { z } from "@hono/zod-openapi";

/** One fault of an input, where it is. */
export interface InputFault {
  /** Names and numbers from the outside in. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/**
 * Lists what is wrong with an input. Where a schema allows several forms, the faults are those of the form that the input
 * comes closest to: the one with the fewest missing, unknown and wrong fields, the first of equals.
 */
export function listFaults(issues: readonly Issue[]): InputFault[] {
  return issues.flatMap((issue) => {
    const { path, message } = issue;
    const closest = issue.code === "invalid_union" ? closestForm(issue.errors) : undefined;
    if (!closest) return [{ path, message }];
    return listFaults(closest).map((fault) => ({ ...fault, path: [...path, ...fault.path] }));
  });
}

function closestForm(forms: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const [first, ...others] = forms.filter((form) => form.length > 0);
  return others.reduce(
    (best, form) => (best && weightOf(form) >= weightOf(best) ? best : form),
    first,
  );
}

function weightOf(form: readonly Issue[]): number {
  return form.reduce(
    (sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 1),
    0,
  );
}
