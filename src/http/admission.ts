/** How many requests are worked on at once: as many as allowed while they are answered in time, fewer when they wait. */
export interface Admission {
  /** Lets one more in, or refuses it. Instants (ms) are of a clock that never runs backwards. */
  readonly enter: (nowMs: number) => boolean;
  /** One that was let in at `enteredMs` has been answered. */
  readonly leave: (enteredMs: number, nowMs: number) => void;
}

export interface AdmissionOptions {
  /** Requests that are worked on at once at most. */
  readonly inFlightMax: number;
  /** How long (ms) those let in should take on average. Default 600. */
  readonly tookMsWanted?: number;
}

/** So many are let in however long they take: a few slow readings are no rush. */
const inFlightMin = 64;
/** What is judged at once: long enough for some batches of bookings to end. */
const windowMs = 500;
const endedMin = 16;
/** None counts for more than so many times what is wanted: what is followed live ends after minutes and says nothing. */
const outlierTimes = 5;
/** Each good window opens the gate again by this share of the most. */
const stepShare = 1 / 8;

/**
 * Makes the gate of a process. What counts is how long those who were let in take, not how many they are: when the
 * average is too long, only as many are let in as were lately answered within the time wanted (Little's law), so that a
 * database that is slow today is given less to do. What passes is let in again step by step, and all at once as soon as
 * nothing is under way.
 */
export function createAdmission({ inFlightMax, tookMsWanted = 600 }: AdmissionOptions): Admission {
  let inFlight = 0;
  let limit = inFlightMax;
  let window = { sinceMs: 0, ended: 0, tookMs: 0 };
  const judge = (nowMs: number): void => {
    const lastedMs = nowMs - window.sinceMs;
    if (lastedMs < windowMs || window.ended < endedMin) return;
    const isLate = window.tookMs / window.ended > tookMsWanted;
    limit = isLate
      ? Math.max((window.ended / lastedMs) * tookMsWanted, Math.min(inFlightMin, inFlightMax))
      : limit + inFlightMax * stepShare;
    limit = Math.min(limit, inFlightMax);
    window = { sinceMs: nowMs, ended: 0, tookMs: 0 };
  };
  return {
    enter: (nowMs) => {
      if (inFlight === 0) {
        limit = inFlightMax;
        window = { sinceMs: nowMs, ended: 0, tookMs: 0 };
      }
      if (inFlight >= limit) return false;
      inFlight += 1;
      return true;
    },
    leave: (enteredMs, nowMs) => {
      inFlight -= 1;
      window.ended += 1;
      window.tookMs += Math.min(nowMs - enteredMs, tookMsWanted * outlierTimes);
      judge(nowMs);
    },
  };
}
