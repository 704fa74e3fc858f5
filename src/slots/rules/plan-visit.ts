import type { ServiceRule } from "./booking-rules.ts";

const minuteMs = 60_000;

/** Real minutes of one service for a party: base + extra × (persons − 1). */
function serviceMinutes(
  service: Pick<ServiceRule, "durationMinutes" | "extraMinutesPerPerson">,
  partySize: number,
): number {
  return service.durationMinutes + service.extraMinutesPerPerson * (partySize - 1);
}

/** Units of capacity a party takes of each cell. */
function unitsOf(service: Pick<ServiceRule, "placesPerPerson">, partySize: number): number {
  return service.placesPerPerson === 0 ? 1 : service.placesPerPerson * partySize;
}

/** One stay at one resource (per role): several services of a visit in a row. */
export interface Stay {
  readonly services: readonly ServiceRule[];
  /** Roles of all its services, each served by one resource during the whole stay. */
  readonly roles: readonly string[];
  readonly units: number;
  readonly minutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
}

/**
 * Plans services in a row at one resource: durations are summed, the first one's buffer before and the last one's
 * buffer after count, buffers between them do not (the same people stay seated).
 */
export function planStay(services: readonly ServiceRule[], partySize: number): Stay {
  return {
    services,
    roles: [...new Set(services.flatMap((service) => service.roles))].toSorted(),
    units: Math.max(...services.map((service) => unitsOf(service, partySize))),
    minutes: services.reduce((sum, service) => sum + serviceMinutes(service, partySize), 0),
    bufferBeforeMinutes: services[0]?.bufferBeforeMinutes ?? 0,
    bufferAfterMinutes: services.at(-1)?.bufferAfterMinutes ?? 0,
  };
}

/** Cells that a stay uses at a resource: some before the start for the buffer, the rest from the start on, rounded up. */
export function cellsOf(
  stay: Pick<Stay, "minutes" | "bufferBeforeMinutes" | "bufferAfterMinutes">,
  cellMinutes: number,
): { before: number; fromStart: number } {
  return {
    before: Math.ceil(stay.bufferBeforeMinutes / cellMinutes),
    fromStart: Math.ceil((stay.minutes + stay.bufferAfterMinutes) / cellMinutes),
  };
}

/** When each service of a stay begins and ends (epoch ms), without buffers. */
export function serviceTimes(
  stay: Pick<Stay, "services">,
  startsAt: number,
  partySize: number,
): { serviceId: string; startsAt: number; endsAt: number }[] {
  let cursor = startsAt;
  return stay.services.map((service) => {
    const begin = cursor;
    cursor += serviceMinutes(service, partySize) * minuteMs;
    return { serviceId: service.id, startsAt: begin, endsAt: cursor };
  });
}
