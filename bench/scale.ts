/** How much is measured. Seconds are of each measured phase, unless said otherwise. */
export interface Scale {
  readonly isQuick: boolean;
  /** Interleaved pairs: service, baseline, service, baseline … */
  readonly pairs: number;
  readonly phaseSeconds: number;
  readonly warmUpSeconds: number;
  /** Each way of writing directly is tried for so long; the best are measured again in every pair. */
  readonly trialSeconds: number;
  readonly directClients: readonly number[];
  readonly directFinalists: number;
  /** Connections of the load generator that are tried; the best is kept. */
  readonly connections: readonly number[];
  /** Bookings that go on beside searches, per second, in an open loop. */
  readonly bookingsBeside: number;
  readonly overloadSeconds: number;
  readonly monthBookings: number;
  readonly large: { readonly appointments: number; readonly slots: number };
  readonly bulk: { readonly appointments: number; readonly pairs: number };
  readonly generation: { readonly resources: number; readonly days: number };
}

/** The measure whose figures count. */
export const fullScale: Scale = {
  isQuick: false,
  pairs: 5,
  phaseSeconds: 6,
  warmUpSeconds: 4,
  trialSeconds: 2,
  directClients: [1, 2, 4, 8, 16, 32, 64],
  directFinalists: 3,
  connections: [64, 128, 256],
  bookingsBeside: 550,
  overloadSeconds: 60,
  monthBookings: 300_000,
  large: { appointments: 10_000_000, slots: 3_000_000 },
  bulk: { appointments: 100_000, pairs: 2 },
  generation: { resources: 1_000, days: 365 },
};

/** Everything once, small, in less than a minute: shows that the bench works, and gross changes. */
export const quickScale: Scale = {
  isQuick: true,
  pairs: 2,
  phaseSeconds: 0.6,
  warmUpSeconds: 0.4,
  trialSeconds: 0.3,
  directClients: [8],
  directFinalists: 1,
  connections: [128],
  bookingsBeside: 100,
  overloadSeconds: 1,
  monthBookings: 1_500,
  large: { appointments: 30_000, slots: 9_600 },
  bulk: { appointments: 4_000, pairs: 1 },
  generation: { resources: 10, days: 365 },
};
