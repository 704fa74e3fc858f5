import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { offerPlaces } from "../../src/waitlist/offers/offer-places.ts";
import type { TestApp } from "../support/test-app.ts";
import { whyNoBrowser } from "./browser.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();
const walkMs = 240_000;

describe.skipIf(skipReason !== undefined).each(["it", "de"] as const)(
  "every page and state in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
    });
    afterAll(() => walk?.close());

    test("pages that need nothing: start, services, help, statements, not found", {
      timeout: walkMs,
    }, async () => {
      const { app, base, inspect, open, page } = walk;
      await open("/", "01-start");
      await open("/services/carta-identita", "02-service");
      await open("/services/ecocentro", "02-service-long-word");
      await open("/find", "20-find");
      await open("/privacy", "21-privacy");
      await open("/accessibility", "22-accessibility");
      await open("/nothing-here", "23-not-found");
      await open("/manage", "24-manage-without-link");
      await open("/times?service=matrimonio", "25-empty");
      await markDays(app);
      await open("/times?service=ecocentro", "26-days-of-every-kind");
      await app.addTenant("altro-comune");
      await page.goto(new URL("/", base).href);
      await inspect("27-home");
      expect(walk.takeFaults()).toEqual([]);
    });

    test("a booking with every kind of error, moved, and cancelled", {
      timeout: walkMs,
    }, async () => {
      const { open, page, press } = walk;
      await open("/times?service=carta-identita", "03-times");
      await press("a.day", "04-day");
      await press("button.time", "05-details");
      await press("form#details .actions button", "06-details-errors");
      await page.fill("#booker_name", "Aurora Dell’Angelo");
      await page.check("#p1-a-reason-3");
      await page.check("#p1-a-minor");
      await press("form#details .actions button", "07-details-more");
      await page.fill("#p1-a-report", "PV-2026-0815");
      await press("form#details .actions button", "08-summary");
      await press("#hold button", "09-summary-extended");
      await press("form#confirm .actions button", "10-booked");
      await open("/manage", "11-manage");
      await askForPresence(walk.app);
      await open("/manage", "50-asked");
      await open("/manage/confirm", "51-presence");
      await press("main form button", "52-presence-confirmed");
      await open("/manage/confirm", "53-presence-known");
      await open("/manage/reminders", "54-reminders");
      await press("main form button", "55-reminders-off");
      await press("main form button", "56-reminders-on");
      await open("/manage/feedback", "57-nothing-to-rate");
      await open("/manage/move", "12-move");
      await press("button.choice", "13-move-confirm");
      await press("main form .actions button", "14-moved");
      await open("/manage/cancel", "15-cancel");
      await press("main form .actions button", "16-cancel-error");
      await page.check("#reason");
      await press("main form .actions button", "17-cancelled");
      expect(walk.takeFaults()).toEqual([]);
    });

    test("a party, of which one person cancels, in training", { timeout: walkMs }, async () => {
      const { app, open, page, press } = walk;
      await app.sql("UPDATE tenants SET is_training = true WHERE id = $1", [app.tenant.id]);
      await open("/times?service=piscina&persons=3", "30-party-times");
      await press("button.choice", "31-party-details");
      await page.fill("#booker_name", "Familie Unterkofler-Oberhollenzer");
      await page.fill("#p1-name", "Anna");
      await page.fill("#email", "keine-adresse");
      await press("form#details .actions button", "32-party-errors");
      await page.fill("#email", "anna@example.org");
      await press("form#details .actions button", "33-party-summary");
      await press("form#confirm .actions button", "34-party-booked");
      await open("/manage", "35-party-manage");
      await press('a[href*="participant="]', "36-party-cancel-one");
      await page.check("#reason-2");
      await press("main form .actions button", "37-party-one-gone");
      await closeVisits(app);
      await open("/manage/feedback", "58-rating");
      await press("main form button", "59-rating-error");
      await page.check("#rating");
      await press("main form button", "60-rated");
      await app.sql("UPDATE tenants SET is_training = false WHERE id = $1", [app.tenant.id]);
      expect(walk.takeFaults()).toEqual([]);
    });

    test("a time that somebody else takes, and one whose hold ends", {
      timeout: walkMs,
    }, async () => {
      const { app, base, page, press } = walk;
      await page.goto(`${base}/times?service=autentica`);
      const faster = await walk.openOther("phone");
      await faster.goto(page.url());
      await faster.locator("button.choice").first().click();
      await press("button.choice", "40-taken");
      await press("button.choice", "41-details");
      await page.fill("#booker_name", "Franz Xaver");
      await app.sql(
        "UPDATE holds SET expires_at = clock_now() - interval '1 minute' WHERE status = 'open'",
      );
      await press("form#details .actions button", "42-hold-over");
      await press("main .button", "43-times-again");
      await press("button.choice", "44-details-kept");
      expect(await page.inputValue("#booker_name")).toBe("Franz Xaver");
      expect(walk.takeFaults()).toEqual([]);
    });

    test("the waitlist: joined with every error, offered, left, taken, exchanged", {
      timeout: walkMs,
    }, async () => {
      const { app, open, page, press } = walk;
      await openWaitlist(app);
      await open("/times?service=carta-identita&persons=2", "61-times-with-waitlist");
      await press('a[href*="/waitlist/join"]', "62-waitlist-join");
      await page.fill("#to", "2020-01-01");
      await page.uncheck("#weekday");
      await press("form#waitlist .actions button", "63-waitlist-errors");
      await open("/times?service=autentica", "64-times-with-waitlist");
      await press('a[href*="/waitlist/join"]', "65-waitlist-join");
      await page.fill("#booker_name", "Aurora Dell’Angelo");
      await press("form#waitlist .actions button", "66-waitlist-waiting");
      await offerAll(app);
      await open("/waitlist", "67-waitlist-offered");
      await press('form[action$="/decline"] button', "68-waitlist-declined");
      await offerAll(app);
      await open("/waitlist", "69-waitlist-offered-again");
      await press('form[action$="/accept"] button', "70-waitlist-accepted");
      await open("/waitlist", "71-waitlist-fulfilled");
      await open("/waitlist/exchange", "72-exchange");
      await press("form#waitlist .actions button", "73-exchange-waiting");
      await open("/waitlist?done=gone", "74-offer-gone");
      await press('form[action$="/withdraw"] button', "75-waitlist-withdrawn");
      expect(walk.takeFaults()).toEqual([]);
    });
  },
);

/** Every service has a waitlist, and nobody sleeps. */
async function openWaitlist(app: TestApp): Promise<void> {
  await app.sql(
    `INSERT INTO waitlist_settings (tenant_id, service_id, is_on, people_per_place, answer_minutes, lapses_max)
     SELECT tenant_id, id, true, 1, 60, 2 FROM services`,
  );
  await app.sql(
    `INSERT INTO message_settings (tenant_id, quiet_from, quiet_to, is_sms_on, sms_is_transliterated, sms_price_micros)
     VALUES ($1, '00:00', '00:00', false, false, 0)`,
    [app.tenant.id],
  );
}

/** Offers what is free to whoever waits. */
async function offerAll({ deps, tenant }: TestApp): Promise<void> {
  const available = { email: true, sms: false };
  const onSealedFault = (id: string): void => {
    throw new Error(`The wish ${id} cannot be opened`);
  };
  await offerPlaces({ ...deps, available, onSealedFault }, tenant);
}

/** Makes one of the next days walk-in only and another one undecided. */
async function markDays(app: TestApp): Promise<void> {
  for (const [mode, days] of [
    ["walk_in", 2],
    ["undecided", 3],
  ]) {
    await app.sql(
      `UPDATE slots s SET mode = $1
       FROM resources r
       WHERE r.tenant_id = s.tenant_id AND r.id = s.resource_id AND r.code = 'piazzale'
         AND s.local_date = (clock_now() AT TIME ZONE 'Europe/Rome')::date + $2::int`,
      [mode, days],
    );
  }
}

/** Asks everybody to say that they come, as a message would. */
async function askForPresence(app: TestApp): Promise<void> {
  await app.sql(
    `INSERT INTO presence_requests (tenant_id, appointment_id, starts_at, answer_by, is_released)
     SELECT tenant_id, id, starts_at, starts_at - interval '1 day', true FROM appointments WHERE status = 'booked'`,
  );
}

/** Lets all visits be over, and everybody have come. */
async function closeVisits(app: TestApp): Promise<void> {
  await app.sql(
    "UPDATE participants SET attendance = 'attended', attendance_at = clock_now() WHERE cancelled_at IS NULL",
  );
  await app.sql(
    "UPDATE appointments SET status = 'closed', closed_at = clock_now() WHERE status = 'booked'",
  );
}
