import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type BatchOutcome, createGatherer } from "../../db/gatherer.ts";
import { DomainError } from "../../errors.ts";
import { recordEventsOf } from "../../events/record-events.ts";
import { requestInProgress } from "../../http/idempotency.ts";
import { type KeyState, storeReplies, takeKeys } from "../../http/idempotency-many.ts";
import { manageToken } from "../../identity/manage-token.ts";
import { allocationsOf, decideClaims } from "../../slots/batch/claim-many.ts";
import { writeTakings } from "../../slots/batch/queries.ts";
import type { Placement } from "../../slots/claim/choose-places.ts";
import { bookAppointment, type BookedAppointment, bookedEvent } from "../book-appointment.ts";
import { newBooking, type Written } from "./new-booking.ts";
import { type BookingRequest, createPlainBookings, type PlainBooking } from "./plain-booking.ts";
import { insertBookings } from "./queries.ts";

/** Bookings of one transaction at most; beyond this, waiting for the batch costs more than it saves. */
const batchMax = 64;
const waitingMax = 2_000;

/** Books like `bookAppointment`, with the same guarantees and problems. */
export type Book = (request: BookingRequest) => Promise<BookedAppointment>;

/** Undefined: the booking must be done alone. */
type Result = BookedAppointment | undefined;

/**
 * Makes a `Book` that gathers what arrives while a batch of the same tenant is under way and claims it in one
 * transaction, in the order of arrival. Several processes stay correct, because slots and keys are locked in
 * PostgreSQL. Bookings that need more than free slots go through `bookAppointment` one by one.
 */
export function createBooking(deps: Pick<Deps, "db" | "vault">): Book {
  const recognise = createPlainBookings(deps);
  const gatherer = createGatherer<PlainBooking, Result>({
    itemsMax: batchMax,
    waitingMax,
    run: (tenantId, items) =>
      deps.db.inTenant(tenantId, (trx) => bookMany(trx, deps, { tenantId, items })),
  });
  return async ({ context, wish }) => {
    const plain = await recognise({ context, wish });
    context.signal?.throwIfAborted();
    const booked = plain && (await gatherer.submit(context.tenant.id, plain));
    return booked ?? bookAppointment(deps, context, wish);
  };
}

interface Batch {
  readonly tenantId: string;
  readonly items: readonly PlainBooking[];
}

/** Books a batch in the caller's transaction, which may be retried as a whole. */
async function bookMany(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, items }: Batch,
): Promise<BatchOutcome<Result>[]> {
  const keys = items.map(({ context, wish }) => ({ context, idempotency: wish.idempotency }));
  const states = await takeKeys(trx, tenantId, keys);
  const fresh = items.filter((item, index) => states[index] === "free" && !isGone(item));
  const outcomes = await bookFresh(trx, deps, { tenantId, items: fresh });
  return items.map((item, index) => outcomes.get(item) ?? outcomeOf(item, states[index]));
}

function isGone({ context }: PlainBooking): boolean {
  return context.signal?.aborted ?? false;
}

/** What becomes of an item that the batch did not do. */
function outcomeOf(item: PlainBooking, state: KeyState | undefined): BatchOutcome<Result> {
  switch (state) {
    case "stored":
      return { kind: "done", value: undefined };
    case "twin":
      return { kind: "again" };
    case "locked":
      return {
        kind: "refused",
        error: new DomainError(requestInProgress, "The same request is still being worked on."),
      };
    case "free":
    case undefined:
      return { kind: "refused", error: abortOf(item) };
  }
}

function abortOf({ context }: PlainBooking): Error {
  const reason: unknown = context.signal?.reason;
  return reason instanceof Error ? reason : new Error("The request was given up");
}

interface Booked extends Written {
  readonly item: PlainBooking;
  readonly placement: Placement;
}

async function bookFresh(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, items }: Batch,
): Promise<Map<PlainBooking, BatchOutcome<Result>>> {
  const outcomes = new Map<PlainBooking, BatchOutcome<Result>>();
  if (items.length === 0) return outcomes;
  const claims = items.map(({ visit, time }) => ({
    ...visit,
    ...time,
    startsAt: time.startsAt.getTime(),
  }));
  const { now, decisions } = await decideClaims(trx, tenantId, claims);
  const booked: Booked[] = [];
  for (const [index, item] of items.entries()) {
    const decision = decisions[index];
    if (!decision) throw new Error("A claim was not decided");
    if ("refusal" in decision) {
      outcomes.set(item, { kind: "refused", error: decision.refusal });
      continue;
    }
    const written = newBooking(deps, item, { claim: decision.claim, now });
    booked.push({ ...written, item, placement: decision.placement });
    outcomes.set(item, { kind: "done", value: answerOf(deps, item, written) });
  }
  if (booked.length > 0) await writeBooked(trx, deps, { tenantId, booked });
  return outcomes;
}

function answerOf(
  { vault }: Pick<Deps, "vault">,
  { context }: PlainBooking,
  { booking, view }: Written,
): BookedAppointment {
  const { id, tokenKid } = booking.appointment;
  const source = { tenantId: context.tenant.id, appointmentId: id, kid: tokenKid, version: 1 };
  return { appointment: view, manageToken: manageToken(vault, source), isReplay: false };
}

async function writeBooked(
  trx: Trx,
  { vault }: Pick<Deps, "vault">,
  { tenantId, booked }: { tenantId: string; booked: readonly Booked[] },
): Promise<void> {
  const placed = booked.map(({ booking, placement }) => ({
    ownerId: booking.appointment.id,
    placement,
  }));
  await writeTakings(trx, tenantId, {
    ownerKind: "appointment",
    expiresAt: null,
    allocations: allocationsOf(placed),
  });
  await insertBookings(
    trx,
    tenantId,
    booked.map(({ booking }) => booking),
  );
  const happened = booked.map(({ booking, item }) => ({
    event: bookedEvent(booking.appointment, item.visit.serviceIds),
    context: item.context,
  }));
  await recordEventsOf(trx, tenantId, happened);
  const replies = booked.map(({ view, item }) => ({
    context: item.context,
    idempotency: item.wish.idempotency,
    reply: { status: 201, body: view } as const,
  }));
  await storeReplies(trx, { vault, tenantId }, replies);
}
