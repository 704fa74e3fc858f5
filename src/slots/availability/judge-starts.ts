import {
  candidatesFor,
  type Choice,
  choosePlaces,
  type Misfit,
  type Placement,
  runAt,
} from "../claim/choose-places.ts";
import type { SlotState } from "../claim/slot-board.ts";
import { publicFrom } from "../early/public-from.ts";
import type { Candidate } from "../rules/booking-rules.ts";
import { planStay, type Stay } from "../rules/plan-visit.ts";
import { isSuspended } from "../suspensions/suspension.ts";
import { countWithMoves, type MoveBudget, nodesOfDayMax } from "./count-with-moves.ts";
import type { SiteBoard, SiteReading } from "./site-board.ts";

const minuteMs = 60_000;

/** What a claim for one start would be told. Instants are epoch ms. */
export interface JudgedStart {
  readonly startsAt: number;
  /** Visits that fit; 0 when refused. */
  readonly places: number;
  readonly refusal: Misfit | "too_late" | null;
  /** When a free place of it that waits for publication can be booked; Infinity when none waits. */
  readonly publishedAt: number;
}

/** The instant (epoch ms) before which no start can be booked. */
export function earliestBookable({ services, isStaff, now }: SiteReading): number {
  if (isStaff) return now + 1;
  const notice = Math.max(...services.map((service) => service.noticeMinutes));
  return Math.max(now + 1, now + notice * minuteMs);
}

/** Judges every start of a site in [from, to), ascending, as a claim would at that moment. */
export function judgeStarts(
  site: SiteBoard,
  { from, to }: { from: number; to: number },
): JudgedStart[] {
  const { board } = site.asStored;
  const earliest = earliestBookable(site.reading);
  const judge = createJudge(site);
  const { services, partySize, site: place } = site.reading;
  const refused = (
    startsAt: number,
    refusal: "too_late" | "no_start" | "not_published",
    publishedAt = Number.POSITIVE_INFINITY,
  ): JudgedStart => ({ startsAt, places: 0, refusal, publishedAt });
  return board.startsBetween(from, to - 1).map((startsAt) => {
    if (startsAt < earliest) return refused(startsAt, "too_late");
    if (isSuspended(services, { siteId: place.id, startsAt, partySize }))
      return refused(startsAt, "no_start");
    const from = publicFrom(services, { siteId: place.id, startsAt, partySize }, site.reading);
    return from === undefined ? judge(startsAt) : refused(startsAt, "not_published", from);
  });
}

function createJudge(site: SiteBoard): (startsAt: number) => JudgedStart {
  const { services, partySize, candidates } = site.reading;
  const stay = planStay(services, partySize);
  const roles = stay.roles.map((role) => candidatesFor(candidates, stay, role));
  const choice = site.warmed ?? site.tidied;
  const count = (startsAt: number): JudgedStart =>
    countPlaces({ site, choice, stay, roles }, startsAt);
  const budget = { nodesLeft: nodesOfDayMax };
  return (startsAt) => {
    const together = count(startsAt);
    if (together.places > 1) return together;
    return withMoves(site, budget, services.length === 1 ? together : judgeLegs(site, together));
  };
}

/** What is full, or has one place left, may have room once others are moved. */
function withMoves(site: SiteBoard, budget: MoveBudget, found: JudgedStart): JudgedStart {
  const isFull = found.refusal === "full";
  if (!site.reading.reach.mayMove || (found.refusal !== null && !isFull)) return found;
  const places = Math.max(found.places, countWithMoves(site, found.startsAt, budget));
  if (places === found.places) return found;
  return { ...found, places, refusal: null, publishedAt: Number.POSITIVE_INFINITY };
}

interface Counting {
  readonly site: SiteBoard;
  readonly choice: Choice;
  readonly stay: Stay;
  /** Resources that could serve, by role. */
  readonly roles: readonly (readonly Candidate[])[];
}

/**
 * Counts visits that fit beside each other when each stays at one resource per role: resources do not share slots or
 * ceilings, so the sum over the resources of a role is exact, and the scarcest role decides.
 */
function countPlaces(counting: Counting, startsAt: number): JudgedStart {
  let fewest: JudgedStart | undefined;
  let publishedAt = 0;
  for (const candidates of counting.roles) {
    const ofRole = countOfRole(counting, candidates, startsAt);
    if (!fewest || ofRole.places < fewest.places) fewest = ofRole;
    publishedAt = Math.max(publishedAt, ofRole.places > 0 ? 0 : ofRole.publishedAt);
  }
  const isWaiting = fewest?.places === 0 && publishedAt > 0;
  return {
    startsAt,
    places: fewest?.places ?? 0,
    refusal: fewest ? fewest.refusal : "no_start",
    publishedAt: isWaiting ? publishedAt : Number.POSITIVE_INFINITY,
  };
}

function countOfRole(
  counting: Counting,
  candidates: readonly Candidate[],
  startsAt: number,
): JudgedStart {
  let places = 0;
  let publishedAt = Number.POSITIVE_INFINITY;
  const refusals: Misfit[] = [];
  for (const candidate of candidates) {
    const found = countOfResource(counting, candidate, startsAt);
    if (typeof found === "string") refusals.push(found);
    else if (found.publishedAt === undefined) places += found.places;
    else {
      refusals.push("not_published");
      publishedAt = Math.min(publishedAt, found.publishedAt);
    }
  }
  return { startsAt, places, refusal: places > 0 ? null : mostTelling(refusals), publishedAt };
}

function countOfResource(
  { site, choice, stay }: Counting,
  candidate: Candidate,
  startsAt: number,
): { readonly places: number; readonly publishedAt: number | undefined } | Misfit {
  const run = runAt(choice.board, candidate, { stay, startsAt });
  if (typeof run === "string") return run;
  const start = choice.board.slotAt(candidate.resourceId, startsAt);
  if (!start) return "no_start";
  const isPublished = choice.isPublished(start, stay.services);
  const free = Math.floor(freeUnits(run) / stay.units);
  if (free < 1) return isPublished ? "full" : "not_published";
  const left = choice.unitsUnderCeilings({ run, services: stay.services, pending: [] });
  const places = Math.min(free, Math.floor(left / stay.units));
  if (places < 1) return isPublished ? "ceiling" : "not_published";
  return { places, publishedAt: isPublished ? undefined : publicationOf(site, start) };
}

function freeUnits(run: readonly SlotState[]): number {
  let free = Number.POSITIVE_INFINITY;
  for (const slot of run) free = Math.min(free, slot.capacity - slot.taken);
  return free;
}

function publicationOf({ reading, publishedAt }: SiteBoard, start: SlotState): number {
  return Math.max(...reading.services.map((service) => publishedAt(service, start)));
}

/** Several services: what the claim itself would choose, and whether it would choose once more after that. */
function judgeLegs(site: SiteBoard, together: JudgedStart): JudgedStart {
  const { services, partySize } = site.reading;
  const { startsAt } = together;
  const visit = { services, partySize, startsAt };
  const outcome = chooseInTurn(site, (choice) => choosePlaces(choice, visit));
  if (typeof outcome === "string") {
    const publishedAt =
      outcome === "not_published" ? publicationOfStart(site, startsAt) : Number.POSITIVE_INFINITY;
    return { startsAt, places: 0, refusal: outcome, publishedAt };
  }
  const pending = outcome.takings.map((one) => ({ ...one, leg: one.leg + services.length }));
  const again = choosePlaces({ ...(site.warmed ?? site.tidied), pending }, visit);
  const places = typeof again === "string" ? 1 : 2;
  return { startsAt, places, refusal: null, publishedAt: Number.POSITIVE_INFINITY };
}

/** Looks again only where the claim does: at what has expired when full, then for staff at cool-downs. */
function chooseInTurn(
  { asStored, tidied, warmed }: SiteBoard,
  choose: (choice: Choice) => Placement | Misfit,
): Placement | Misfit {
  const first = choose(asStored);
  if (first !== "full" && first !== "ceiling") return first;
  const second = tidied === asStored ? first : choose(tidied);
  return second === "full" && warmed ? choose(warmed) : second;
}

/** When the services can be booked at the first resource that has this start. */
function publicationOfStart(site: SiteBoard, startsAt: number): number {
  const instants = site.reading.candidates.flatMap(({ resourceId }) => {
    const start = site.asStored.board.slotAt(resourceId, startsAt);
    return start?.isStart ? [publicationOf(site, start)] : [];
  });
  return Math.min(...instants);
}

const telling: readonly Misfit[] = [
  "full",
  "ceiling",
  "not_published",
  "walk_in",
  "undecided",
  "not_permitted",
  "past_closing",
];

function mostTelling(refusals: readonly Misfit[]): Misfit {
  return telling.find((misfit) => refusals.includes(misfit)) ?? "no_start";
}
