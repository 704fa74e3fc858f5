import { type CheckedAnswers, checkAnswers, type FittingAnswers } from "../catalog/answers.ts";
import { isEligibleIn } from "../catalog/eligibility/is-eligible.ts";
import { refusal } from "../catalog/errors.ts";
import type { Answers } from "../catalog/condition.ts";
import type { Deps, RequestContext } from "../context.ts";
import type { Trx } from "../db/database.ts";
import { DomainError } from "../errors.ts";
import {
  normaliseEmail,
  normaliseName,
  normalisePhone,
  normaliseTaxCode,
} from "../identity/person-keys.ts";
import { toLocalDate } from "../time/local-date.ts";
import { notEligible } from "./errors.ts";
import type { SealedParticipant, SealedPeople } from "./people.ts";
import type { Lookup, LookupKind } from "./rows/queries.ts";
import { fieldsOf, type ServiceTerms } from "./terms/terms.ts";

/** Who books, for whom, and what they answered, as sent. */
export interface SentPeople {
  readonly booker: SealedPeople["booker"];
  readonly accompaniedBy?: { readonly name: string } | undefined;
  readonly answers: Answers;
  readonly participants: readonly (Omit<SealedParticipant, "answers"> & {
    readonly answers?: Answers | undefined;
  })[];
}

/** People whose answers fit the services' fields; one participant per person of the party. */
export interface PreparedPeople {
  readonly people: SealedPeople;
  readonly participants: readonly SealedParticipant[];
}

/** Judges people and answers by the services' fields. Throws `invalid-request` naming each fault. */
export function preparePeople(
  terms: readonly ServiceTerms[],
  sent: SentPeople,
  visit: { readonly partySize: number; readonly localDate: string },
): PreparedPeople {
  const checked = judgeAnswers(terms, sent, visit);
  if (!checked.isFitting) throw refusal(checked.faults);
  return peopleWith(sent, checked.answers);
}

/**
 * Judges stored answers for another day of the visit, because some are limited relative to it. Questions that were
 * added, changed or dropped since the booking are not asked again. Throws `invalid-request` naming what only the new
 * day spoils.
 */
export function checkAnswersMove(
  terms: readonly ServiceTerms[],
  sent: SentPeople,
  {
    partySize,
    from,
    to,
  }: { readonly partySize: number; readonly from: string; readonly to: string },
): void {
  const after = judgeAnswers(terms, sent, { partySize, localDate: to });
  if (after.isFitting) return;
  const before = judgeAnswers(terms, sent, { partySize, localDate: from });
  const known = new Set(before.isFitting ? [] : before.faults.map((fault) => fault.path));
  const faults = after.faults.filter((fault) => !known.has(fault.path));
  if (faults.length > 0) throw refusal(faults);
}

function judgeAnswers(
  terms: readonly ServiceTerms[],
  sent: SentPeople,
  visit: { readonly partySize: number; readonly localDate: string },
): CheckedAnswers {
  return checkAnswers(fieldsOf(terms), {
    booking: sent.answers,
    participants: sent.participants.map((one) => one.answers ?? {}),
    partySize: visit.partySize,
    visitDate: toLocalDate(visit.localDate),
  });
}

function peopleWith(sent: SentPeople, answers: FittingAnswers): PreparedPeople {
  return {
    people: {
      booker: sent.booker,
      answers: answers.booking,
      ...(sent.accompaniedBy ? { accompanied_by: sent.accompaniedBy } : {}),
    },
    participants: answers.participants.map((own, index) => ({
      ...sent.participants[index],
      answers: own,
    })),
  };
}

/** Checks the lists of services that are for registered people only. Throws `not-eligible`. */
export async function checkEligibility(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  given: {
    readonly tenantId: string;
    readonly terms: readonly ServiceTerms[];
    readonly answers: Answers;
  },
): Promise<void> {
  for (const { eligibilityListId: listId, eligibilityField: field } of given.terms) {
    if (listId === null || field === null) continue;
    const key = given.answers[field];
    const isListed =
      key !== undefined &&
      (await isEligibleIn(trx, vault, { tenantId: given.tenantId, listId, key: String(key) }));
    if (!isListed) {
      throw new DomainError(notEligible, "This number is not registered for the service.", {
        facts: { path: `answers.${field}` },
      });
    }
  }
}

/** The keyed hashes by which staff find this booking. */
export function lookupsOf(
  { vault }: Pick<Deps, "vault">,
  { tenant }: Pick<RequestContext, "tenant">,
  { people, participants }: PreparedPeople,
): Lookup[] {
  const { booker } = people;
  const names = [booker.name, ...participants.flatMap((one) => one.name ?? [])];
  const values: (readonly [LookupKind, string | undefined])[] = [
    ...names.flatMap((name) => surnameForms(name).map((form) => ["surname", form] as const)),
    ["phone", booker.phone && normalisePhone(booker.phone, tenant.holidayCountry)],
    ["email", booker.email && normaliseEmail(booker.email)],
    ["tax_code", booker.tax_code && normaliseTaxCode(booker.tax_code)],
  ];
  return values.flatMap(([kind, value]) =>
    value ? [{ kind, hash: vault.fingerprint(tenant.id, `lookup/${kind}`, value) }] : [],
  );
}

const surnameFormsMax = 4;

/** Nobody says which word is the surname: each word of the folded name finds it, and the name as a whole. */
function surnameForms(name: string): string[] {
  const folded = normaliseName(name);
  return [...new Set([folded, ...folded.split(" ").slice(0, surnameFormsMax)])].filter(
    (form) => form !== "",
  );
}
