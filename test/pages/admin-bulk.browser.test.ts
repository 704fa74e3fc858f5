import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { whyNoBrowser } from "./browser.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();
const walkMs = 240_000;

const nextStarts = z.looseObject({
  starts: z.array(z.looseObject({ starts_at: z.string(), date: z.string(), site_id: z.string() })),
});

describe.skipIf(skipReason !== undefined).each(["it", "de", "fr", "en"] as const)(
  "the pages of operations in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
      await walk.app.sql("UPDATE tenants SET languages = '{it,de,fr,en}' WHERE id = $1", [
        walk.app.tenant.id,
      ]);
    });
    afterAll(() => walk?.close());

    test("from an empty list over form, faults and preview to a started, paused and aborted operation", {
      timeout: walkMs,
    }, async () => {
      const { app, open, page, press } = walk;
      const day = await bookOne();
      await open("/admin", "b0-sign-in");
      await page.fill("#key", app.adminKey);
      await press("main form button", "b1-overview");
      await open("/admin/bulk", "b2-none");
      await press("main a.button", "b3-kinds");
      await press("main a.choice", "b4-form");
      await page.fill("#from", day);
      await page.fill("#text_de", "Donaudampfschifffahrtsgesellschaftskapitänsversammlung");
      await press("main form .actions button", "b5-errors");
      await page.selectOption("#where", { index: 1 });
      await page.selectOption("#reason", { index: 1 });
      await page.selectOption("#rebook", { index: 2 });
      await press("main form .actions button", "b6-preview");
      await page.locator("details summary").first().click();
      await page.fill("#count", "77");
      await press("form.card button", "b7-wrong-count");
      await page.fill("#count", "1");
      // The page that updates itself would walk away from whoever inspects it.
      await page.locator("form.card button").click();
      await press("main p a", "b8-running");
      await press('form[action$="/pause"] button', "b9-paused");
      await press('form[action$="/abort"] button', "b10-aborted");
      await open("/admin/bulk", "b11-list");
      await open("/admin/bulk/new?kind=move", "b12-move");
      await open("/admin/bulk/new?kind=notify", "b13-notify");
      expect(walk.takeFaults()).toEqual([]);
    });

    async function bookOne(): Promise<string> {
      const { app } = walk;
      const query = "service=autentica&party_size=1";
      const found = await app.api("GET", `/availability/next?${query}`, { key: app.adminKey });
      const [start] = found.as(nextStarts).starts;
      if (!start) throw new Error("nothing is free");
      const body = {
        services: ["autentica"],
        site: start.site_id,
        starts_at: start.starts_at,
        booker: { name: "Maria Unterkofler-Oberhollenzer", email: "maria@example.org" },
      };
      const booked = await app.api("POST", "/appointments", { key: app.adminKey, body });
      if (booked.status !== 201) throw new Error(booked.text);
      return start.date;
    }
  },
);
