import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyNoBrowser } from "./browser.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();

describe.skipIf(skipReason !== undefined).each(["fr", "en"] as const)(
  "the main pages in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
    });
    afterAll(() => walk?.close());

    test("from the start to a booking that is cancelled", { timeout: 240_000 }, async () => {
      const { page, open, press } = walk;
      await open("/", "50-start");
      await open("/accessibility", "51-accessibility");
      await page.goto(`${walk.base.replace(/\/[^/]+$/, "")}/no-such-town/`);
      await walk.inspect("52-unknown-administration");
      await open("/services/carta-identita", "53-service");
      await open("/times?service=carta-identita", "54-times");
      await press("button.choice", "55-details");
      await press("form#details .actions button", "56-details-errors");
      await page.fill("#booker_name", "Zoé Müller-O’Neill");
      await page.check("#p1-a-reason-3");
      await page.check("#p1-a-minor");
      await press("form#details .actions button", "57-details-more");
      await page.fill("#p1-a-report", "PV-2026-0815");
      await press("form#details .actions button", "58-summary");
      await press("form#confirm .actions button", "59-booked");
      await open("/manage", "60-manage");
      await open("/manage/cancel", "61-cancel");
      await page.check("#reason");
      await press("main form .actions button", "62-cancelled");
      expect(walk.takeFaults()).toEqual([]);
    });
  },
);
