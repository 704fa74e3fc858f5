/**
 * Resellers: bots grab the places of a scarce service, give them back and grab them again at once for their next
 * customer, while citizens look for one. Shows that a place given back cools down: whoever gives it back does not get it.
 */
import { check, sleep } from "k6";
import http from "k6/http";
import { Counter, Rate } from "k6/metrics";
import { get, isSmoke, pick, post, refusals, setting } from "./parts/api.js";
import { person, visit } from "./parts/citizen.js";
import { buildTown, freeStarts, monthOf, retireTown } from "./parts/town.js";

const botRate = setting("BOTS", { full: 50, smoke: 3 });
const citizenRate = setting("CITIZENS", { full: 10, smoke: 2 });
const seconds = setting("SECONDS", { full: 60, smoke: 4 });
const coolDownSeconds = 600;

const regrabbed = new Rate("bot_got_it_again");
const grabbed = new Counter("bot_grabbed");
const served = new Counter("citizen_booked");

function arrivals(exec, rate) {
  return {
    executor: "constant-arrival-rate",
    exec,
    rate,
    timeUnit: "1s",
    duration: `${seconds}s`,
    preAllocatedVUs: rate * 3,
    maxVUs: rate * 10,
  };
}

export const options = {
  setupTimeout: "120s",
  scenarios: { bots: arrivals("bot", botRate), citizens: arrivals("citizen", citizenRate) },
  thresholds: {
    checks: ["rate==1"],
    http_req_failed: ["rate<0.001"],
    dropped_iterations: ["count==0"],
    bot_grabbed: ["count>0"],
    bot_got_it_again: ["rate==0"],
    citizen_booked: ["count>0"],
    ...(isSmoke ? {} : { "http_req_duration{name:grab}": ["p(99)<1000"] }),
  },
};

http.setResponseCallback(refusals);

export function setup() {
  const days = isSmoke ? 3 : 60;
  const town = buildTown({
    name: "ressa",
    sites: 2,
    days,
    capacity: 1,
    service: { is_scarce: true, cool_down_seconds: coolDownSeconds },
  });
  return { town, free: freeStarts(town) };
}

/** Grabs, gives back, and grabs again before anybody else can have seen it. */
export function bot({ town, free }) {
  const { site, starts } = pick(free);
  const wish = { ...visit(town, site, pick(starts)), booker: person() };
  const answer = post("appointments", wish, { name: "grab" });
  check(answer, {
    "a place is granted or refused": ({ status }) => status === 201 || status === 409,
  });
  if (answer.status !== 201) return;
  grabbed.add(1);
  const { appointment, manage_token: token } = answer.json();
  const back = post(`appointments/${appointment.id}/cancel`, {}, { name: "give back", token });
  check(back, { "a place is given back": ({ status }) => status === 200 });
  for (let n = 0; n < 3; n += 1) {
    const again = post("appointments", { ...wish, booker: person() }, { name: "grab again" });
    check(again, {
      "grabbing again is answered": ({ status }) => status === 201 || status === 409,
    });
    regrabbed.add(again.status === 201);
    sleep(0.05);
  }
}

/** Looks like a person: reads the calendar, takes one of what is shown, tries three times. */
export function citizen({ town }) {
  const site = pick(town.siteCodes);
  for (let tries = 0; tries < 3; tries += 1) {
    const calendar = get(monthOf(town, site), { name: "look" });
    check(calendar, { "availability is answered": ({ status }) => status === 200 });
    const starts = calendar.json("days").flatMap((day) => day.starts);
    if (starts.length === 0) return;
    const wish = { ...visit(town, site, pick(starts).starts_at), booker: person() };
    const answer = post("appointments", wish, { name: "book" });
    if (answer.status === 201) return served.add(1);
    sleep(1);
  }
}

export function teardown({ town }) {
  retireTown(town);
}
