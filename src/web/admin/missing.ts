import { DomainError, notFound } from "../../errors.ts";

/** The refusal of an address that names nothing. */
export function missing(): DomainError {
  return new DomainError(notFound, "There is nothing at this address.");
}
