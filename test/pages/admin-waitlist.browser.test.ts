import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { offerPlaces } from "../../src/waitlist/offers/offer-places.ts";
import { whyNoBrowser } from "./browser.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();
const walkMs = 240_000;

describe.skipIf(skipReason !== undefined).each(["it", "de", "fr", "en"] as const)(
  "the administrators' pages of the waitlist in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
      await walk.app.sql("UPDATE tenants SET languages = '{it,de,fr,en}' WHERE id = $1", [
        walk.app.tenant.id,
      ]);
      // Nobody is asked in the night, whenever this runs.
      await walk.app.sql(
        "UPDATE clock_shift SET shift = date_trunc('day', clock_timestamp()) + interval '1 day 10 hours' - clock_timestamp()",
      );
    });
    afterAll(() => walk?.close());

    test("from the list over the rules and their faults to somebody who waits, is asked and is taken off", {
      timeout: walkMs,
    }, async () => {
      const { app, open, page, press } = walk;
      await open("/admin", "w0-sign-in");
      await page.fill("#key", app.adminKey);
      await press("main form button", "w1-overview");
      await open("/admin/waitlist", "w2-list");
      await press(
        'main a.choice:has-text("Autentica"), main a.choice:has-text("beglaubigung")',
        "w3-off",
      );
      await page.selectOption("#is_on", "yes");
      await page.fill("#people_per_place", "99");
      await press('form[action$="/settings"] button', "w4-errors");
      await page.fill("#people_per_place", "3");
      await press('form[action$="/settings"] button', "w5-saved");
      await press("main a.button", "w6-new");
      await press("form#waitlist .actions button", "w7-new-errors");
      await page.fill("#booker_name", "Maria Unterkofler-Oberhollenzer von Niederdorf");
      await page.fill("#email", "maria@example.org");
      await press("form#waitlist .actions button", "w8-added");
      await offerPlaces(
        {
          ...app.deps,
          available: { email: true, sms: true },
          onSealedFault: (_id, error) => {
            throw error;
          },
        },
        app.tenant,
      );
      await page.goto(page.url().split("?")[0] ?? "");
      await walk.inspect("w9-asked");
      await page.locator("details summary").first().click();
      await press('form[action$="/withdraw"] button', "w10-withdrawn");
      expect(walk.takeFaults()).toEqual([]);
    });
  },
);
