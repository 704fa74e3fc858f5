import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { TENANT } from "./databases.ts";
import { idIn } from "./load/tasks.ts";
import type { Stage } from "./world.ts";

const PAUSE_MS = 20;
const STALE_MS_MAX = 1_000;

/**
 * Takes the only place of one start after the other and looks how long availability goes on showing it. Throws when
 * an answer to a request sent more than a second after the booking's still does, when a start that was shown is
 * refused, or one that was taken is granted again. Returns the longest time in ms.
 */
export async function measureStaleness(stage: Stage, rounds: number): Promise<number> {
  const { starts } = stage.town.probe;
  let longest = 0;
  for (let n = 0; n < rounds; n += 1) {
    const start = starts[n];
    if (start === undefined) throw new Error("The probe's starts are used up");
    if (!(await shows(stage, start))) throw new Error(`${start} is free and not shown`);
    await book(stage, start, 201);
    longest = Math.max(longest, await timeUntilGone(stage, start));
    await book(stage, start, 409);
  }
  return longest;
}

async function timeUntilGone(stage: Stage, start: string): Promise<number> {
  const bookedMs = performance.now();
  for (let lastMs = 0; ; ) {
    const sentMs = performance.now() - bookedMs;
    if (!(await shows(stage, start))) return lastMs;
    if (sentMs > STALE_MS_MAX)
      throw new Error(`${start} was still shown ${Math.round(sentMs)} ms after it was taken`);
    lastMs = sentMs;
    await sleep(PAUSE_MS);
  }
}

function address({ service }: Stage, path: string): string {
  return `http://127.0.0.1:${service.port}/v1/${TENANT}/${path}`;
}

async function shows(stage: Stage, start: string): Promise<boolean> {
  const { siteCodes, serviceCodes } = stage.town.probe;
  const day = start.slice(0, 10);
  const query = `service=${serviceCodes[0]}&site=${siteCodes[0]}&from=${day}&to=${day}`;
  const answer = await fetch(address(stage, `availability?${query}`));
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Availability answered ${answer.status} ${text}`);
  return text.includes(`"${start.replace(".000Z", "Z")}"`) || text.includes(`"${start}"`);
}

async function book(stage: Stage, start: string, wanted: number): Promise<void> {
  const { siteCodes, serviceCodes } = stage.town.probe;
  const answer = await fetch(address(stage, "appointments"), {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": randomUUID() },
    body: JSON.stringify({
      services: [serviceCodes[0]],
      site: siteCodes[0],
      starts_at: start,
      booker: { name: "Ada Rossi" },
    }),
  });
  const text = await answer.text();
  if (answer.status !== wanted)
    throw new Error(`Booking ${start} answered ${answer.status} instead of ${wanted}: ${text}`);
  if (answer.ok) stage.acknowledge(idIn(Buffer.from(text)));
}
