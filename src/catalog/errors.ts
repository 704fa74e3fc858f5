import { DomainError, invalidRequest, type ProblemType } from "../errors.ts";

export const codeTaken: ProblemType = {
  slug: "code-taken",
  status: 409,
  title: "This code is already used",
  advice:
    "Choose another code. Codes of retired things stay taken, because old appointments refer to them.",
};

export const stillInUse: ProblemType = {
  slug: "still-in-use",
  status: 409,
  title: "Something else still needs this",
  advice: "Retire or change first what `used_by` names, then try again.",
};

export const retired: ProblemType = {
  slug: "retired",
  status: 409,
  title: "This was retired",
  advice: "Retired things can be read but not changed. Create a new one with another code.",
};

export const cellsInUse: ProblemType = {
  slug: "cells-in-use",
  status: 409,
  title: "Future slots of this resource are held or booked",
  advice:
    "Create a second resource with the new cell length and move the openings there, or wait until the booked slots are past.",
};

export const invitationNotValid: ProblemType = {
  slug: "invitation-not-valid",
  status: 403,
  title: "This invitation code does not open the service",
  advice:
    "Check the code. It may be used up, expired or revoked; the administration can issue another.",
};

export const holidayStated: ProblemType = {
  slug: "holiday-stated",
  status: 409,
  title: "That day is already a local holiday",
  advice: "Change the name of the one that is stated, or state it for another site.",
};

/** The problem types of the catalogue. */
export const catalogProblems: readonly ProblemType[] = [
  codeTaken,
  stillInUse,
  retired,
  cellsInUse,
  invitationNotValid,
  holidayStated,
];

/** One thing that does not fit, with the path to it. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** The refusal of an input whose parts contradict each other or name what is not there. */
export function refusal(faults: readonly Fault[]): DomainError {
  return new DomainError(invalidRequest, faults[0]?.message ?? "The request does not fit.", {
    facts: { errors: faults.map((fault) => ({ in: "body", ...fault })) },
  });
}
