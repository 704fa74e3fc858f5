/**
 * A month of the busiest provider, compressed: 300,000 bookings in an open stream, and of those who booked some cancel
 * and some move. Shows that the service keeps pace, and how long each kind of request takes.
 */
import { check } from "k6";
import http from "k6/http";
import { Counter } from "k6/metrics";
import { get, isSmoke, pick, post, refusals, setting } from "./parts/api.js";
import { person, visit } from "./parts/citizen.js";
import { buildTown, freeStarts, monthOf, retireTown } from "./parts/town.js";

const bookings = setting("BOOKINGS", { full: 300_000, smoke: 20 });
const rate = setting("RATE", { full: 500, smoke: 5 });
/** Assumed shares of bookings; set CANCELLED and MOVED to your own. */
const cancelledShare = setting("CANCELLED", { full: 0.12, smoke: 0.3 });
const movedShare = setting("MOVED", { full: 0.06, smoke: 0.3 });
/** Who looks at the calendar first; the others come from a page that shows it already. */
const lookedShare = setting("LOOKED", { full: 0.2, smoke: 0.5 });
const sites = setting("SITES", { full: 10, smoke: 1 });
const days = setting("DAYS", { full: 30, smoke: 2 });

const booked = new Counter("booked");
const full = new Counter("refused_as_full");

export const options = {
  setupTimeout: "300s",
  scenarios: {
    month: {
      executor: "constant-arrival-rate",
      rate,
      timeUnit: "1s",
      duration: `${Math.ceil(bookings / rate)}s`,
      preAllocatedVUs: Math.max(20, Math.ceil(rate / 2)),
      maxVUs: Math.max(40, rate * 2),
    },
  },
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate<0.001"],
    // A smoke run draws too few times for its share of full ones to say anything.
    booked: [`count>=${Math.floor(bookings * (isSmoke ? 0.5 : 0.99))}`],
    dropped_iterations: ["count==0"],
    ...(isSmoke
      ? {}
      : {
          "http_req_duration{name:book}": ["p(99)<1000"],
          "http_req_duration{name:cancel}": ["p(99)<1000"],
          "http_req_duration{name:move}": ["p(99)<1000"],
        }),
  },
};

http.setResponseCallback(refusals);

export function setup() {
  // Times are chosen at random: with twice the places and some more, hardly one fills.
  const capacity = Math.ceil((bookings * 2) / (sites * days * 32)) + 8;
  const town = buildTown({ name: "mese", sites, days, capacity });
  return { town, free: freeStarts(town) };
}

export default function citizen({ town, free }) {
  const { site, starts } = pick(free);
  if (Math.random() < lookedShare) {
    check(get(monthOf(town, site), { name: "look" }), { "availability is answered": isOk });
  }
  const answer = post(
    "appointments",
    { ...visit(town, site, pick(starts)), booker: person() },
    { name: "book" },
  );
  check(answer, { "a booking is granted or the time is full": isOkOrTaken });
  if (answer.status !== 201) return full.add(1);
  booked.add(1);
  changeMind(answer.json(), starts);
}

function changeMind({ appointment, manage_token: token }, starts) {
  const dice = Math.random();
  const path = `appointments/${appointment.id}`;
  if (dice < cancelledShare) {
    const answer = post(`${path}/cancel`, { reason: "cannot_come" }, { name: "cancel", token });
    check(answer, { "a cancellation is done": isOk });
  } else if (dice < cancelledShare + movedShare) {
    const answer = post(`${path}/reschedule`, { starts_at: pick(starts) }, { name: "move", token });
    check(answer, { "a move is granted or the time is full": isOkOrTaken });
  }
}

function isOk({ status }) {
  return status === 200;
}

function isOkOrTaken({ status }) {
  return status === 200 || status === 201 || status === 409;
}

export function teardown({ town }) {
  retireTown(town);
}
