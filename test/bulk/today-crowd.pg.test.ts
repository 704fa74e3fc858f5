import PostalMime from "postal-mime";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { plainProvider } from "../messages/sample-sms.ts";
import { openSendingStage } from "../messages/drill/sending-stage.ts";
import { many, tally } from "../support/many.ts";
import { startSinkProcess } from "../support/sinks/sink-process.ts";
import { createTestDatabase } from "../support/test-database.ts";

const database = await createTestDatabase();
const stage = await openSendingStage(database);
const mail = await startSinkProcess("smtp");
const sms = await startSinkProcess("sms");
await mail.behave({ keepsContent: true });
afterAll(async () => {
  await stage.close();
  await mail.close();
  await sms.close();
  await database.drop();
});

const people = 300;
/** In Rome; on days without a change of clocks before noon. */
const halfPastSix = "04:30:00Z";
const zone = "Europe/Rome";
const hasId = z.looseObject({ id: z.string() });
const booked = z.object({ appointment: z.object({ id: z.string() }) });
const previewed = z.looseObject({
  id: z.string(),
  digest: z.string(),
  numbers: z
    .object({
      lost: z.number(),
      by_sms: z.number(),
      by_email: z.number(),
      by_phone: z.number(),
      unreachable: z.number(),
    })
    .loose(),
});
const closure = z.looseObject({
  operation_ids: z.array(z.string()),
  progress: z.looseObject({ undecided: z.number(), moved_away: z.number() }),
});
const calls = z.looseObject({ items: z.array(z.looseObject({ appointment_id: z.string() })) });

/** The instant at which a wall clock in Rome shows that time on the day, counted from the day of the closure. */
function at(day: number, minutes: number): string {
  const midnight = Date.parse(`${today}T00:00:00Z`);
  const wanted = midnight + day * 86_400_000 + minutes * 60_000;
  const shown = new Date(wanted).toLocaleString("sv-SE", { timeZone: zone });
  const offset = Date.parse(`${shown.replace(" ", "T")}Z`) - wanted;
  return new Date(wanted - offset).toISOString();
}

/** A day in June of next year, so that nothing of the test depends on today's date. */
const today = `${new Date().getUTCFullYear() + 1}-06-09`;

async function openLandfill() {
  const make = async (path: string, body: object): Promise<string> =>
    hasId.parse(await stage.api("POST", path, body)).id;
  const name = { it: "Centro di raccolta" };
  const site = await make("/sites", { code: "landfill", name, time_zone: zone });
  const service = await make("/services", {
    code: "waste",
    name: { it: "Conferimento" },
    duration_minutes: 15,
    horizon_days: 30,
  });
  const bay = await make("/resources", {
    code: "bay",
    name: { it: "Piazzola" },
    site_id: site,
    cell_minutes: 15,
    service_ids: [service],
  });
  await stage.api("POST", "/openings", {
    code: "every-day",
    resource_id: bay,
    rrule: "FREQ=DAILY",
    starts_on: today,
    start_time: "08:00",
    end_time: "12:00",
    capacity: 20,
  });
  return { site, service };
}

/** Two thirds have a mobile, a fifth an e-mail address, the others a landline or nothing. */
function contactOf(number: number): object {
  if (number < 200) return { phone: `+39 333 ${String(1_000_000 + number)}` };
  if (number < 260) return { email: `person-${number}@example.org` };
  return number < 280 ? { phone: `06 698${String(1_000 + number)}` } : {};
}

async function goTo(instant: string): Promise<void> {
  await stage.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [instant]);
}

async function count(sql: string): Promise<number> {
  const { rows } = await stage.sql(sql);
  return Number(rows[0]?.["count"]);
}

test("300 people from 08:00, closed at 06:30: each told once, the others on the phone list, and another day for nine of ten", {
  timeout: 300_000,
}, async () => {
  await goTo(`${today}T03:00:00Z`);
  const { site, service } = await openLandfill();
  const ids = await many(people, 24, async (number) => {
    const answer = await stage.api("POST", "/appointments", {
      services: [service],
      site,
      starts_at: at(0, 8 * 60 + 15 * (number % 16)),
      booker: { name: `Persona ${number}`, ...contactOf(number) },
    });
    return booked.parse(answer).appointment.id;
  });
  await goTo(`${today}T${halfPastSix}`);
  const preview = previewed.parse(
    await stage.api("POST", "/urgent-closures", {
      site,
      until: null,
      reason: { it: "Vento forte" },
    }),
  );
  expect(preview.numbers).toMatchObject({
    lost: people,
    by_sms: 200,
    by_email: 60,
    by_phone: 20,
    unreachable: 20,
  });
  const started = closure.parse(
    await stage.api("POST", `/urgent-closures/${preview.id}/start`, { digest: preview.digest }),
  );
  const provider = plainProvider(`http://127.0.0.1:${sms.port}/v1/messages`, {
    may_use_plain_http: true,
  });
  await stage.startWorker({
    SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
    SMS_HTTP_PROVIDER: JSON.stringify(provider),
  });
  const urgent = "SELECT count(*) FROM messages WHERE kind = 'urgent_notice'";
  await expect
    .poll(() => count(`${urgent} AND status = 'sent'`), { timeout: 200_000, interval: 200 })
    .toBe(260);
  const [operation] = started.operation_ids;
  const list = calls.parse(
    await stage.api("GET", `/phone-tasks?operation_id=${operation}&limit=200`),
  );
  expect(list.items.map((task) => task.appointment_id).toSorted()).toEqual(
    ids.slice(260).toSorted(),
  );
  expect(await count(urgent)).toBe(260);
  await expectEachToldOnce();
  await expectRebookable(ids);
});

async function expectEachToldOnce(): Promise<void> {
  const texts = (await sms.receipts()).filter(({ text }) => text.includes("Vento forte"));
  expect(Object.values(tally(texts.map(({ to }) => to)))).toEqual(Array(200).fill(1));
  const mails = await Promise.all(
    (await mail.receipts()).map(async ({ content, rcpt: recipients }) => ({
      recipients,
      text: (await PostalMime.parse(content ?? "")).text ?? "",
    })),
  );
  const told = mails.filter(({ text }) => text.includes("Vento forte"));
  expect(Object.values(tally(told.flatMap(({ recipients }) => recipients)))).toEqual(
    Array(60).fill(1),
  );
}

/** Twenty places in each of sixteen quarters of an hour a day, and everybody of the day before. */
async function expectRebookable(ids: readonly string[]): Promise<void> {
  const moved = await many(ids.length, 16, async (index) => {
    const startsAt = at(1 + (index % 6), 8 * 60 + 15 * (index % 16));
    const body = { choice: "another_day", starts_at: startsAt };
    try {
      await stage.api("POST", `/appointments/${ids[index]}/urgent-choice`, body);
      return 1;
    } catch {
      return 0;
    }
  });
  expect(moved.filter((one) => one === 1).length).toBeGreaterThanOrEqual(0.9 * people);
  expect(
    await count(
      "SELECT count(*) FROM phone_tasks WHERE kind = 'urgent_notice' AND status IN ('open', 'leased')",
    ),
  ).toBe(0);
}
