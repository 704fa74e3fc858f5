import type { Deps } from "../../context.ts";
import type { Trx } from "../../db/database.ts";
import { type BatchOutcome, createGatherer } from "../../db/gatherer.ts";
import { DomainError, tryAgainLater } from "../../errors.ts";
import { recordEventsOf } from "../../events/record-events.ts";
import { storeReplies, takeKeys } from "../../http/idempotency-many.ts";
import { manageToken } from "../../identity/manage-token.ts";
import { abortOf, isGone, outcomeOfKey } from "../../slots/batch/batch-item.ts";
import { allocationsOf, decideClaims } from "../../slots/batch/claim-many.ts";
import { handOverPlaces, writeTakings } from "../../slots/batch/queries.ts";
import type { Claim } from "../../slots/claim/claim-places.ts";
import type { Placement } from "../../slots/claim/choose-places.ts";
import { holdNotOpen } from "../../slots/errors.ts";
import type { Hold } from "../../slots/holds/hold.ts";
import { localDateOf } from "../../time/wall-clock.ts";
import { bookAppointment, type BookedAppointment, bookedEvent } from "../book-appointment.ts";
import { type BookingRequest, createPlainBookings, type PlainBooking } from "./plain-booking.ts";
import { insertBookings } from "../rows/queries.ts";
import { type Written, writtenBooking } from "./written-booking.ts";

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
    run: (tenantId, items, onLocked) =>
      deps.db.inTenant(tenantId, (trx) => bookMany(trx, deps, { tenantId, items, onLocked })),
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
  /** Called when all slots are locked. */
  readonly onLocked: () => void;
  readonly items: readonly PlainBooking[];
}

/** Books a batch in the caller's transaction, which may be retried as a whole. */
async function bookMany(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, items, onLocked }: Batch,
): Promise<BatchOutcome<Result>[]> {
  const keys = items.map(({ context, wish }) => ({ context, idempotency: wish.idempotency }));
  const states = await takeKeys(trx, tenantId, keys);
  const fresh = items.filter((item, index) => states[index] === "free" && !isGone(item));
  const outcomes = await bookFresh(trx, deps, { tenantId, items: fresh, onLocked });
  return items.map((item, index) => {
    const state = states[index];
    const rest = (): BatchOutcome<Result> =>
      state === "free" ? { kind: "refused", error: abortOf(item) } : outcomeOfKey(state);
    return outcomes.get(item) ?? rest();
  });
}

interface Booked extends Written {
  readonly item: PlainBooking;
  /** Undefined where the time was held and is handed over. */
  readonly placement: Placement | undefined;
}

async function bookFresh(
  trx: Trx,
  deps: Pick<Deps, "vault">,
  { tenantId, items, onLocked }: Batch,
): Promise<Map<PlainBooking, BatchOutcome<Result>>> {
  const outcomes = new Map<PlainBooking, BatchOutcome<Result>>();
  if (items.length === 0) return outcomes;
  const { now, timeOf } = await takeTimes(trx, { tenantId, items, onLocked });
  const booked: Booked[] = [];
  for (const item of items) {
    const time = timeOf(item);
    if (time === "alone") {
      outcomes.set(item, { kind: "done", value: undefined });
      continue;
    }
    if ("refusal" in time) {
      outcomes.set(item, { kind: "refused", error: time.refusal });
      continue;
    }
    const written = writtenBooking(deps, item, { claim: time.claim, now });
    booked.push({ ...written, item, placement: time.placement });
    outcomes.set(item, { kind: "done", value: answerOf(deps, item, written) });
  }
  if (booked.length > 0) await writeBooked(trx, deps, { tenantId, booked });
  return outcomes;
}

type TakenOrRefused =
  | { readonly claim: Claim; readonly placement: Placement | undefined }
  | { readonly refusal: DomainError }
  | "alone";

/** Decides the claims of those who want a time, in the order of arrival, and confirms the holds of the others. */
async function takeTimes(
  trx: Trx,
  { tenantId, items, onLocked }: Batch,
): Promise<{ now: number; timeOf: (item: PlainBooking) => TakenOrRefused }> {
  const claiming = items.filter((item) => !item.hold);
  const claims = claiming.map((item) => ({ ...item, ...item.visit }));
  const holdIds = items.flatMap((item) => item.hold?.id ?? []);
  const { now, decisions, confirmedHoldIds } = await decideClaims(trx, tenantId, {
    claims,
    holdIds,
    onLocked,
  });
  const decided = new Map(claiming.map((item, index) => [item, decisions[index]]));
  const used = new Set<string>();
  const timeOf = (item: PlainBooking): TakenOrRefused => {
    if (!item.hold)
      return decided.get(item) ?? { refusal: new DomainError(tryAgainLater, "Try again.") };
    // Two requests for one hold in one batch: the first has it.
    const isMine = confirmedHoldIds.has(item.hold.id) && !used.has(item.hold.id);
    used.add(item.hold.id);
    return isMine
      ? { claim: heldTime(item, item.hold), placement: undefined }
      : { refusal: new DomainError(holdNotOpen, "This time is no longer held for you.") };
  };
  return { now, timeOf };
}

function heldTime({ timeZone }: PlainBooking, { legs, startsAt, endsAt }: Hold): Claim {
  const start = startsAt.getTime();
  const localDate = localDateOf(start, timeZone);
  return { legs, startsAt: start, endsAt: endsAt.getTime(), localDate, timeZone };
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
  await writePlaces(trx, tenantId, booked);
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

async function writePlaces(trx: Trx, tenantId: string, booked: readonly Booked[]): Promise<void> {
  const placed = booked.flatMap(({ booking, placement }) =>
    placement ? [{ ownerId: booking.appointment.id, placement }] : [],
  );
  const pairs = booked.flatMap(({ booking, item }) =>
    item.hold ? [{ holdId: item.hold.id, appointmentId: booking.appointment.id }] : [],
  );
  if (placed.length > 0) {
    await writeTakings(trx, tenantId, {
      ownerKind: "appointment",
      expiresAt: null,
      allocations: allocationsOf(placed),
    });
  }
  if (pairs.length > 0) await handOverPlaces(trx, tenantId, pairs);
}
