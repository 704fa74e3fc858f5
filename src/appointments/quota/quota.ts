import { createHash } from "node:crypto";
import type { Channel } from "../../context.ts";
import type { Vault } from "../../db/vault.ts";
import {
  normaliseEmail,
  normaliseKey,
  normaliseName,
  normalisePhone,
  normaliseTaxCode,
} from "../../identity/person-keys.ts";
import {
  addDays,
  daysBetween,
  type LocalDate,
  partsOfDate,
  dateOfParts,
  toLocalDate,
  weekdayOf,
} from "../../time/local-date.ts";
import type { SealedParticipant, SealedPeople } from "../people.ts";

export type Period = "day" | "week" | "month" | "year" | "rolling" | "open";

/** A limit of a service: at most `countMax` per person or household in a period. */
export interface Limit {
  readonly id: string;
  /** `person`, or `field:<code>` for a household or customer number asked for by the service. */
  readonly keySource: string;
  readonly countMax: number;
  readonly counted: "appointments" | "participants";
  readonly period: Period;
  /** Length of the window of a rolling limit. */
  readonly rollingDays: number | null;
}

/** Units of one limit that an appointment uses for one person. */
export interface QuotaDemand {
  readonly limit: Limit;
  readonly personHash: Buffer;
  /** First date of the period; a fixed one where the period rolls, whose counter row is then only a lock. */
  readonly periodStart: LocalDate;
  readonly usedOn: LocalDate;
  readonly units: number;
}

/** Who is counted, of one appointment. */
export interface CountedPeople {
  readonly people: SealedPeople;
  readonly participants: readonly SealedParticipant[];
  readonly partySize: number;
  /** Country whose dialling rules complete a phone number. */
  readonly country: string;
  readonly channel: Channel;
}

const lockRow = toLocalDate("1900-01-01");

/** The local date on which the period of a limit begins that contains `date`. */
export function periodStart(period: Period, date: LocalDate): LocalDate {
  const { year, month } = partsOfDate(date);
  switch (period) {
    case "day":
      return date;
    case "week":
      return addDays(date, 1 - weekdayOf(date));
    case "month":
      return dateOfParts(year, month, 1);
    case "year":
      return dateOfParts(year, 1, 1);
    case "rolling":
    case "open":
      return lockRow;
  }
}

/**
 * What an appointment on `date` asks of the limits; one demand per limit and person. A limit that is given twice,
 * because its service is in the visit twice, counts twice.
 */
export function quotaDemands(
  { vault, tenantId }: { readonly vault: Vault; readonly tenantId: string },
  limits: readonly Limit[],
  visit: CountedPeople & { readonly date: LocalDate },
): QuotaDemand[] {
  return [...Map.groupBy(limits, (limit) => limit.id).values()].flatMap((same) =>
    same.slice(0, 1).flatMap((limit) =>
      [...keysOf(limit, visit)].map(([key, units]) => ({
        limit,
        personHash: vault.fingerprint(tenantId, `quota/${limit.keySource}`, key),
        periodStart: periodStart(limit.period, visit.date),
        usedOn: visit.date,
        units: units * same.length,
      })),
    ),
  );
}

/** Normalised keys that a limit counts, each with its units. Nobody is counted under a missing key. */
function keysOf(limit: Limit, visit: CountedPeople): Map<string, number> {
  if (limit.keySource !== "person") {
    const answer = visit.people.answers[limit.keySource.slice("field:".length)];
    const key = answer === undefined ? "" : normaliseKey(answer);
    return new Map(
      key === "" ? [] : [[key, limit.counted === "participants" ? visit.partySize : 1]],
    );
  }
  const named = visit.participants.filter(
    (one) => one.name !== undefined || one.tax_code !== undefined,
  );
  const keys = new Map<string, number>();
  const count = (key: string, units: number): void => {
    if (isNameAlone(key) && staffChannels.has(visit.channel)) return;
    keys.set(key, (keys.get(key) ?? 0) + units);
  };
  for (const one of named) {
    count(personKey({ ...one, name: one.name ?? visit.people.booker.name }, visit.country), 1);
  }
  const others = visit.partySize - named.length;
  if (named.length === 0 || (limit.counted === "participants" && others > 0)) {
    count(
      personKey(visit.people.booker, visit.country),
      limit.counted === "participants" ? others : 1,
    );
  }
  return keys;
}

/**
 * One person's key: the tax code; else the folded name with the birth date; else the name with a contact.
 * A contact alone is never a key: families, care homes and advice offices share them.
 */
function personKey(
  person: {
    name: string;
    tax_code?: string | undefined;
    birth_date?: string | undefined;
    email?: string | undefined;
    phone?: string | undefined;
  },
  country: string,
): string {
  const taxCode = person.tax_code === undefined ? "" : normaliseTaxCode(person.tax_code);
  if (taxCode !== "") return `tax:${taxCode}`;
  const name = normaliseName(person.name);
  if (person.birth_date !== undefined) return `born:${name}/${person.birth_date}`;
  const phone = person.phone === undefined ? undefined : normalisePhone(person.phone, country);
  const email = person.email === undefined ? undefined : normaliseEmail(person.email);
  return `name:${name}/${phone ?? email ?? ""}`;
}

/**
 * The key of one person where limits are not those of a service; undefined for somebody whom only a clerk knows, by
 * name.
 */
export function onePersonKey(
  person: Parameters<typeof personKey>[0],
  { country, channel }: Pick<CountedPeople, "country" | "channel">,
): string | undefined {
  const key = personKey(person, country);
  return isNameAlone(key) && staffChannels.has(channel) ? undefined : key;
}

/** Where a clerk knows the caller: namesakes without any other mark are not taken for one person there. */
const staffChannels: ReadonlySet<Channel> = new Set(["phone", "counter"]);

function isNameAlone(key: string): boolean {
  return key.startsWith("name:") && key.endsWith("/");
}

/** Units of one person under a limit on some date. */
export interface QuotaUse {
  readonly usedOn: string;
  readonly units: number;
}

/**
 * Whether `demand` still fits beside what the person has. Fixed periods count all uses given; a rolling limit holds
 * for every window of its length that contains the date; an open one counts visits from `today` on.
 */
export function fitsLimit(
  demand: QuotaDemand,
  uses: readonly QuotaUse[],
  today: LocalDate,
): boolean {
  const { limit, usedOn, units } = demand;
  if (limit.period === "rolling") return fitsEveryWindow(demand, uses, limit.rollingDays ?? 1);
  const counted = limit.period === "open" ? uses.filter((use) => use.usedOn >= today) : uses;
  const used = counted.reduce((sum, use) => sum + use.units, 0);
  return (limit.period === "open" && usedOn < today) || used + units <= limit.countMax;
}

/** Whether a use on `usedOn`, under the same counter, takes of the limit what `demand` would take in its place. */
export function isSamePeriod(demand: QuotaDemand, usedOn: string, today: LocalDate): boolean {
  switch (demand.limit.period) {
    case "rolling":
      return usedOn === demand.usedOn;
    case "open":
      return usedOn >= today;
    case "day":
    case "week":
    case "month":
    case "year":
      return true;
  }
}

function fitsEveryWindow(demand: QuotaDemand, uses: readonly QuotaUse[], days: number): boolean {
  const near = uses.filter(
    (use) => Math.abs(daysBetween(demand.usedOn, toLocalDate(use.usedOn))) < days,
  );
  const begins = [demand.usedOn, ...near.map((use) => use.usedOn)].filter(
    (begin) => begin <= demand.usedOn,
  );
  return begins.every((begin) => {
    const end = addDays(toLocalDate(begin), days);
    const used = near.filter((use) => use.usedOn >= begin && use.usedOn < end);
    return used.reduce((sum, use) => sum + use.units, 0) + demand.units <= demand.limit.countMax;
  });
}

/** One line per counter row; counters are locked in the order of these texts. */
export function counterName(row: {
  readonly limitId: string;
  readonly personHash: Buffer;
  readonly periodStart: string;
}): string {
  return createHash("sha256")
    .update(row.personHash)
    .update(`/${row.limitId}/${row.periodStart}`)
    .digest("hex");
}
