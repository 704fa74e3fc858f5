import type { RawBuilder } from "kysely";
import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type BatchOutcome, createGatherer } from "../../db/gatherer.ts";
import { writeTogether } from "../../db/together.ts";
import { type DomainEvent, eventWrites } from "../../events/record-events.ts";
import { replyWrites } from "../../http/idempotency-many.ts";
import { manageToken } from "../../identity/manage-token.ts";
import { type Batch, type BatchWish, decideBatch } from "../../slots/batch/decide-batch.ts";
import { allocationsOf } from "../../slots/batch/decide-claims.ts";
import { laneOf, tenantOfLane } from "../../slots/batch/lane-of.ts";
import { handOverWrites, takingWrites } from "../../slots/batch/queries.ts";
import type { VisitTime } from "../../slots/claim/claim-places.ts";
import type { Placement } from "../../slots/claim/choose-places.ts";
import { moveEvents } from "../../slots/claim/mover.ts";
import type { MovedStay } from "../../slots/claim/stay-queries.ts";
import type { Hold } from "../../slots/holds/hold.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import { bookAppointment, type BookedAppointment, bookedEvent } from "../book-appointment.ts";
import type { BookingDraft } from "../rows/new-booking.ts";
import { bookingWrites } from "../rows/queries.ts";
import { type BookedVisit, type MessagePlanner, plannedAlready } from "./booked-visit.ts";
import { type BookingRequest, createPlainBookings, type PlainBooking } from "./plain-booking.ts";
import { draftOf, type Written, writtenBooking } from "./written-booking.ts";

/** Bookings of one transaction at most; beyond this, waiting for the batch costs more than it saves. */
const batchMax = 128;
const waitingMax = 2_000;

/** Books like `bookAppointment`, with the same guarantees and problems. */
export type Book = (request: BookingRequest) => Promise<BookedAppointment>;

/** Undefined: the booking must be done alone. */
type Result = BookedAppointment | undefined;

/**
 * Makes a `Book` that gathers what arrives while a batch of the same lane is under way and claims it in one
 * transaction, in the order of arrival. Several processes stay correct, because slots and keys are locked in
 * PostgreSQL. Bookings that need more than free slots go through `bookAppointment` one by one.
 *
 * With a planner, the messages of a batch are planned in its transaction; without one, by the jobs of its events.
 */
export function createBooking(deps: Pick<Deps, "db" | "vault">, planner?: MessagePlanner): Book {
  const recognise = createPlainBookings(deps, planner);
  const gatherer = createGatherer<PlainBooking, Result>({
    itemsMax: batchMax,
    waitingMax,
    run: (lane, items, onLocked) => {
      const tenantId = tenantOfLane(lane);
      return deps.db.inTenant(tenantId, (trx) =>
        bookMany(trx, deps, { tenantId, items, onLocked }),
      );
    },
  });
  return async ({ context, wish }) => {
    const plain = await recognise({ context, wish });
    context.signal?.throwIfAborted();
    const booked =
      plain &&
      (await gatherer.submit(
        laneOf(context.tenant.id, { ...plain, siteId: plain.visit.siteId }),
        plain,
      ));
    return booked ?? bookAppointment(deps, context, wish);
  };
}

/** Books a batch in the caller's transaction, which may be retried as a whole. */
async function bookMany(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  batch: Omit<Batch<PlainBooking>, "wishOf">,
): Promise<BatchOutcome<Result>[]> {
  // Drafts are made while PostgreSQL finds the slots and waits for their locks.
  const [{ now, granted, moved, others }, drafts] = await Promise.all([
    decideBatch(trx, { ...batch, wishOf }),
    draftsOf(deps, batch.items),
  ]);
  const booked = granted.map(({ item, claim, placement }) => {
    const draft = drafts.get(item);
    if (!draft) throw new Error("A booking of the batch was not drafted");
    return { ...writtenBooking(item, draft, { claim, now }), item, placement };
  });
  const messages = await planMessages(trx, booked, now);
  await writeTogether(trx, bookedWrites(deps, batch, { booked, moved, messages }));
  const answers = new Map(booked.map((one) => [one.item, answerOf(deps, one)]));
  return batch.items.map((item) => others.get(item) ?? { kind: "done", value: answers.get(item) });
}

async function draftsOf(
  deps: Pick<Deps, "vault">,
  items: readonly PlainBooking[],
): Promise<ReadonlyMap<PlainBooking, BookingDraft>> {
  return new Map(items.map((item) => [item, draftOf(deps, item)]));
}

function wishOf(item: PlainBooking): BatchWish {
  const { hold } = item;
  return hold
    ? { hold: { id: hold.id, time: heldTime(item, hold) } }
    : { claim: { ...item, ...item.visit } };
}

function heldTime({ timeZone }: PlainBooking, { legs, startsAt, endsAt }: Hold): VisitTime {
  const start = startsAt.getTime();
  const localDate = localDateOf(start, timeZone);
  return { legs, startsAt: start, endsAt: endsAt.getTime(), localDate, timeZone };
}

interface Booked extends Written {
  readonly item: PlainBooking;
  /** Undefined where the time was held and is handed over. */
  readonly placement: Placement | undefined;
}

/** What a batch books, and whom it moves for that. */
interface BookedBatch {
  readonly booked: readonly Booked[];
  readonly moved: readonly MovedStay[];
  /** What plans the messages of all bookings; undefined when their events' jobs must. */
  readonly messages: readonly RawBuilder<unknown>[] | undefined;
}

/** By the rules that came with the last of them, which are the youngest. */
async function planMessages(
  trx: Trx,
  booked: readonly Booked[],
  now: number,
): Promise<readonly RawBuilder<unknown>[] | undefined> {
  const rules = booked.at(-1)?.item.messages;
  return rules?.plan(
    trx,
    booked.map((one) => visitOf(one, now)),
  );
}

function visitOf({ booking: { appointment }, item }: Booked, bookedAt: number): BookedVisit {
  const { id, siteId, startsAt, endsAt, language, isTraining } = appointment;
  return {
    id,
    siteId,
    startsAt,
    endsAt,
    language,
    isTraining,
    bookedAt,
    tenant: item.context.tenant,
    serviceIds: item.visit.serviceIds,
    timeZone: item.timeZone,
    booker: item.prepared.people.booker,
  };
}

function answerOf(
  { vault }: Pick<Deps, "vault">,
  { item, booking, view }: Booked,
): BookedAppointment {
  const { id, tokenKid } = booking.appointment;
  const source = { tenantId: item.context.tenant.id, appointmentId: id, kid: tokenKid, version: 1 };
  return { appointment: view, manageToken: manageToken(vault, source), isReplay: false };
}

function bookedWrites(
  { vault }: Pick<Deps, "vault">,
  { tenantId }: Pick<Batch<PlainBooking>, "tenantId">,
  given: BookedBatch,
): RawBuilder<unknown>[] {
  const { booked, moved, messages } = given;
  const [first] = booked;
  if (!first) return [];
  return [
    ...placeWrites(tenantId, given),
    ...bookingWrites(
      tenantId,
      booked.map(({ booking }) => booking),
    ),
    ...eventWrites(tenantId, [
      ...booked.map(({ booking, item }) => ({
        event: happened(
          bookedEvent(booking.appointment, item.visit.serviceIds),
          messages !== undefined,
        ),
        context: item.context,
      })),
      ...moveEvents(moved).map((event) => ({ event, context: first.item.context })),
    ]),
    ...replyWrites(
      { vault, tenantId },
      booked.map(({ view, item }) => ({
        context: item.context,
        idempotency: item.wish.idempotency,
        json: JSON.stringify({ status: 201, body: view }),
      })),
    ),
    ...(messages ?? []),
  ];
}

function happened(event: ReturnType<typeof bookedEvent>, isPlanned: boolean): DomainEvent {
  return isPlanned ? { ...event, body: { ...event.body, ...plannedAlready } } : event;
}

function placeWrites(tenantId: string, { booked, moved }: BookedBatch): RawBuilder<unknown>[] {
  const placed = booked.flatMap(({ booking, placement }) =>
    placement ? [{ ownerId: booking.appointment.id, placement }] : [],
  );
  const pairs = booked.flatMap(({ booking, item }) =>
    item.hold ? [{ holdId: item.hold.id, appointmentId: booking.appointment.id }] : [],
  );
  return [
    ...takingWrites(tenantId, {
      ownerKind: "appointment",
      expiresAt: null,
      allocations: allocationsOf(placed),
      moved,
    }),
    ...handOverWrites(tenantId, pairs),
  ];
}
