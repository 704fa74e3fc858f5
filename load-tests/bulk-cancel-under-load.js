/**
 * An office closes: everybody booked at some sites is cancelled and told at once, while citizens go on booking at others.
 * Shows that the operation ends, that it cancels exactly whom its preview showed, and what bookings feel of it.
 */
import { check, fail, sleep } from "k6";
import http from "k6/http";
import { Rate, Trend } from "k6/metrics";
import { admin, batch, pick, post, refusals, setting, isSmoke } from "./parts/api.js";
import { person, visit } from "./parts/citizen.js";
import { buildTown, freeStarts, retireTown } from "./parts/town.js";

const booked = setting("BOOKED", { full: 5_000, smoke: 60 });
const rate = setting("RATE", { full: 40, smoke: 3 });
const calmSeconds = setting("CALM", { full: 30, smoke: 3 });
const busySeconds = setting("BUSY", { full: 60, smoke: 8 });
const atOnce = 20;

const finished = new Rate("operation_finished");
const exact = new Rate("operation_cancelled_whom_it_showed");
const seconds = new Trend("operation_seconds");

function bookers(exec, { startSeconds, forSeconds }) {
  return {
    executor: "constant-arrival-rate",
    exec,
    rate,
    timeUnit: "1s",
    startTime: `${startSeconds}s`,
    duration: `${forSeconds}s`,
    preAllocatedVUs: rate * 3,
    maxVUs: rate * 10,
  };
}

export const options = {
  setupTimeout: "600s",
  scenarios: {
    calm: bookers("bookCalmly", { startSeconds: 0, forSeconds: calmSeconds }),
    busy: bookers("bookMeanwhile", { startSeconds: calmSeconds, forSeconds: busySeconds }),
    operator: {
      executor: "per-vu-iterations",
      exec: "closeOffice",
      vus: 1,
      iterations: 1,
      startTime: `${calmSeconds}s`,
      maxDuration: "600s",
    },
  },
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate<0.001"],
    dropped_iterations: ["count==0"],
    operation_finished: ["rate==1"],
    operation_cancelled_whom_it_showed: ["rate==1"],
    // Named here, both are in the summary: the second at most half as much again as the first is what is wanted.
    "http_req_duration{name:book calmly}": isSmoke ? ["p(99)<10000"] : ["p(99)<1000"],
    "http_req_duration{name:book meanwhile}": isSmoke ? ["p(99)<10000"] : ["p(99)<1500"],
  },
};

http.setResponseCallback(refusals);

export function setup() {
  const days = isSmoke ? 3 : 30;
  const closing = buildTown({ name: "chiusura", sites: 2, days, capacity: 4 });
  const open = buildTown({ name: "aperta", sites: 4, days, capacity: 20 });
  const free = freeStarts(closing).flatMap(({ site, starts }) =>
    starts.flatMap((start) => Array.from({ length: 4 }, () => ({ site, start }))),
  );
  if (free.length < booked) fail(`There are ${free.length} places for ${booked} bookings`);
  for (let from = 0; from < booked; from += atOnce) {
    const wishes = free
      .slice(from, Math.min(from + atOnce, booked))
      .map(({ site, start }) => ({ ...visit(closing, site, start), booker: person() }));
    for (const answer of batch("appointments", wishes, { name: "setup" }))
      if (answer.status !== 201) fail(`A booking was answered ${answer.status}: ${answer.body}`);
  }
  return { closing, open, free: freeStarts(open) };
}

function book({ open, free }, name) {
  const { site, starts } = pick(free);
  const answer = post(
    "appointments",
    { ...visit(open, site, pick(starts)), booker: person() },
    { name },
  );
  check(answer, {
    "a booking is granted or refused": ({ status }) => status === 201 || status === 409,
  });
}

export function bookCalmly(data) {
  book(data, "book calmly");
}

export function bookMeanwhile(data) {
  book(data, "book meanwhile");
}

/** Previews, confirms, starts, and follows the operation to its end. */
export function closeOffice({ closing }) {
  const { id } = admin("POST", "bulk-operations", {
    kind: "cancel",
    reason: "office_closed",
    filter: { from: closing.from, to: closing.to, site_ids: closing.ids.sites },
    texts: { it: "Ci scusiamo." },
  });
  const { digest, operation } = admin("GET", `bulk-operations/${id}/preview`);
  const startedAt = Date.now();
  admin("POST", `bulk-operations/${id}/start`, { digest, count: operation.items });
  let state = admin("GET", `bulk-operations/${id}`);
  while (state.status === "running" && Date.now() - startedAt < 500_000) {
    sleep(0.5);
    state = admin("GET", `bulk-operations/${id}`);
  }
  seconds.add((Date.now() - startedAt) / 1_000);
  finished.add(state.status === "finished");
  exact.add(operation.items === booked && state.progress.done === booked);
}

export function teardown({ closing, open }) {
  retireTown(closing);
  retireTown(open);
}
