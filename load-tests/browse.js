/**
 * Many look, few book: the calendar of a month with ETag, and the next free times. Shows what reading costs, and how
 * often an answer that has not changed is not sent again.
 */
import { check } from "k6";
import http from "k6/http";
import { Rate } from "k6/metrics";
import { get, isSmoke, pick, post, refusals, setting } from "./parts/api.js";
import { person, visit } from "./parts/citizen.js";
import { buildTown, freeStarts, monthOf, retireTown } from "./parts/town.js";

const reads = setting("READS", { full: 400, smoke: 10 });
const bookings = setting("BOOKINGS", { full: 5, smoke: 1 });
const seconds = setting("SECONDS", { full: 120, smoke: 4 });
const sites = setting("SITES", { full: 20, smoke: 2 });

const notModified = new Rate("not_modified");

function arrivals(exec, rate) {
  return {
    executor: "constant-arrival-rate",
    exec,
    rate,
    timeUnit: "1s",
    duration: `${seconds}s`,
    preAllocatedVUs: Math.max(5, Math.ceil(rate / 4)),
    maxVUs: Math.max(20, rate),
  };
}

export const options = {
  setupTimeout: "300s",
  scenarios: { readers: arrivals("read", reads), bookers: arrivals("book", bookings) },
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate<0.001"],
    dropped_iterations: ["count==0"],
    not_modified: [isSmoke ? "rate>=0" : "rate>0.3"],
    ...(isSmoke
      ? {}
      : {
          "http_req_duration{name:month}": ["p(95)<300"],
          "http_req_duration{name:next}": ["p(95)<300"],
          "http_req_duration{name:book}": ["p(99)<1000"],
        }),
  },
};

http.setResponseCallback(refusals);

export function setup() {
  const town = buildTown({ name: "vetrina", sites, days: isSmoke ? 3 : 30, capacity: 20 });
  return { town, free: freeStarts(town) };
}

/** What this browser has seen, by address. */
const seen = {};

export function read({ town }) {
  const isNext = Math.random() < 0.25;
  const path = isNext
    ? `availability/next?service=${town.serviceCode}`
    : monthOf(town, pick(town.siteCodes));
  const answer = get(path, { name: isNext ? "next" : "month", etag: seen[path] });
  check(answer, {
    "availability is answered whole, or has not changed": ({ status, body }) =>
      status === 304 ? seen[path] !== undefined && !body : status === 200 && body.length > 2,
    "an answer has an ETag": ({ headers }) => Boolean(headers.Etag || headers.ETag),
  });
  if (seen[path] !== undefined) notModified.add(answer.status === 304);
  seen[path] = answer.headers.Etag || answer.headers.ETag;
}

export function book({ town, free }) {
  const { site, starts } = pick(free);
  const wish = { ...visit(town, site, pick(starts)), booker: person() };
  check(post("appointments", wish, { name: "book" }), {
    "a booking is granted or the time is full": ({ status }) => status === 201 || status === 409,
  });
}

export function teardown({ town }) {
  retireTown(town);
}
