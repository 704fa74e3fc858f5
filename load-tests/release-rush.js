/**
 * New times appear at a stated minute, and everybody waits for it: citizens refresh the calendar, grab a time as soon
 * as there is one, fill in the form and confirm. Shows whether all places go, none twice, and how long citizens wait.
 */
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";
import { get, isSmoke, pick, post, refusals, setting, uuid } from "./parts/api.js";
import { person, visit } from "./parts/citizen.js";
import { buildTown, dateAfter, monthOf, retireTown } from "./parts/town.js";

const CELLS_A_DAY = 32;
const capacity = setting("CAPACITY", { full: 30, smoke: 2 });
const places = CELLS_A_DAY * capacity;
/** Citizens who arrive per second, before and after the release. */
const rate = setting("RATE", { full: 60, smoke: 4 });
const waitingSeconds = setting("WAITING", { full: 20, smoke: 1 });
const afterSeconds = setting("AFTER", { full: 30, smoke: 3 });
const refreshSeconds = isSmoke ? 0.5 : 2;
const formSeconds = isSmoke ? 0.2 : 8;
const patienceSeconds = waitingSeconds + 40;

const booked = new Counter("booked");
const missed = new Counter("missed");
const secondsToHold = new Trend("seconds_to_hold");

export const options = {
  setupTimeout: "240s",
  scenarios: {
    citizens: {
      executor: "constant-arrival-rate",
      rate,
      timeUnit: "1s",
      duration: `${waitingSeconds + afterSeconds}s`,
      preAllocatedVUs: rate * (waitingSeconds + afterSeconds),
      maxVUs: rate * (waitingSeconds + afterSeconds),
      gracefulStop: "60s",
    },
  },
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate<0.001"],
    // Everybody who is granted a place is one of so many.
    booked: ["count>0", `count<=${places}`],
    dropped_iterations: ["count==0"],
    ...(isSmoke
      ? {}
      : {
          "http_req_duration{name:hold}": ["p(99)<2000"],
          "http_req_duration{name:confirm}": ["p(99)<2000"],
          "http_req_duration{name:refresh}": ["p(95)<1000"],
        }),
  },
};

http.setResponseCallback(refusals);

export function setup() {
  const now = new Date();
  // A smoke run does not wait for the next minute: its times are out already.
  const minute = Math.floor(now.getTime() / 60_000) + (isSmoke ? 0 : 2);
  const releaseMs = minute * 60_000;
  const horizon = 7;
  const town = buildTown({
    name: "assalto",
    sites: 1,
    days: 1,
    capacity,
    // Counted from the day of the release, which may be tomorrow when the run begins at midnight.
    firstDay: horizon + (dateOf(releaseMs) === dateAfter(0) ? 0 : 1),
    service: { horizon_days: horizon, publication_time: timeOf(releaseMs) },
  });
  const waitMs = releaseMs - waitingSeconds * 1_000 - Date.now();
  if (!isSmoke && waitMs > 0) sleep(waitMs / 1_000);
  return { town, releaseMs };
}

function dateOf(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

function timeOf(ms) {
  return new Date(ms).toISOString().slice(11, 16);
}

export default function citizen({ town, releaseMs }) {
  const site = town.siteCodes[0];
  const untilMs = Date.now() + patienceSeconds * 1_000;
  const cache = { etag: "", day: undefined };
  const arrivedMs = Math.max(Date.now(), releaseMs);
  while (Date.now() < untilMs) {
    refresh(town, site, cache);
    const day = cache.day;
    if (day && day.status === "full") break;
    if (day && day.starts.length > 0) {
      const hold = grab(town, site, pick(day.starts).starts_at);
      if (hold) {
        secondsToHold.add((Date.now() - arrivedMs) / 1_000);
        confirm(hold);
        return;
      }
      // Somebody was quicker: what is shown is at most a second old.
      sleep(0.3 + Math.random() * 0.7);
    } else sleep(refreshSeconds * (0.5 + Math.random()));
  }
  missed.add(1);
}

function refresh(town, site, cache) {
  const answer = get(monthOf(town, site), { name: "refresh", etag: cache.etag });
  check(answer, { "availability is answered": ({ status }) => status === 200 || status === 304 });
  if (answer.status !== 200) return;
  cache.etag = answer.headers.Etag || answer.headers.ETag;
  cache.day = answer.json("days")[0];
}

function grab(town, site, startsAt) {
  const answer = post(
    "holds",
    { ...visit(town, site, startsAt), client: uuid() },
    { name: "hold" },
  );
  check(answer, {
    "a hold is granted or refused": ({ status }) => status === 201 || status === 409,
  });
  return answer.status === 201 ? answer.json("id") : undefined;
}

function confirm(holdId) {
  sleep(formSeconds * (0.5 + Math.random()));
  const answer = post("appointments", { hold_id: holdId, booker: person() }, { name: "confirm" });
  check(answer, { "a hold is confirmed": ({ status }) => status === 201 });
  if (answer.status === 201) booked.add(1);
}

export function teardown({ town }) {
  retireTown(town);
}
