import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { systemNow } from "../../src/time/clock.ts";
import { whyNoBrowser } from "./browser.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();
const walkMs = 240_000;
const nextTimes = z.looseObject({
  starts: z.array(z.looseObject({ starts_at: z.string(), site_id: z.string() })),
});
const booked = z.looseObject({ manage_token: z.string() });
const shown = z.looseObject({ id: z.string(), digest: z.string() });

describe.skipIf(skipReason !== undefined).each(["it", "de"] as const)(
  "closing something today in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
    });
    afterAll(async () => {
      await setClock(systemNow().toISOString());
      await walk?.close();
    });

    const setClock = (instant: string) =>
      walk.app.sql("UPDATE clock_shift SET shift = $1::timestamptz - clock_timestamp()", [instant]);

    /** Books a visit of the next days and makes it half past six of that day. */
    async function bookForToday(): Promise<{ token: string; siteId: string; start: string }> {
      const { app } = walk;
      const query = "?service=autentica&party_size=1";
      const found = (await app.api("GET", `/availability/next${query}`)).as(nextTimes).starts[0];
      if (!found) throw new Error("Nothing is free");
      const body = {
        services: ["autentica"],
        site: found.site_id,
        starts_at: found.starts_at,
        booker: { name: "Aurora Unterkofler-Oberhollenzer", phone: "0474 496 121" },
        language,
      };
      const answer = await app.api("POST", "/appointments", { key: app.adminKey, body });
      if (answer.status !== 201) throw new Error(answer.text);
      await setClock(`${found.starts_at.slice(0, 10)}T04:30:00Z`);
      const token = answer.as(booked).manage_token;
      return { token, siteId: found.site_id, start: found.starts_at };
    }

    test("the administrators' page from the form to opening again, and what citizens see meanwhile", {
      timeout: walkMs,
    }, async () => {
      const { app, open, page, press } = walk;
      const { token, siteId } = await bookForToday();
      await open("/admin/sign-in?next=/admin/today", "70-today-sign-in");
      await page.fill("#key", app.adminKey);
      await press("main form button", "71-today");
      await press("main form button", "72-today-errors");
      await page.selectOption("#where", `site:${siteId}`);
      await page.check("#why");
      await press("main form button", "73-today-preview");
      await press("main form button", "74-today-started");
      await page.goto(walk.base.replace(/\/[a-z]{2}\/[^/]+$/, `/m/${token}`));
      await walk.inspect("75-today-manage");
      await press("#notice a", "76-today-choose");
      await open("/services/autentica", "77-today-service");
      await open("/", "78-today-start");
      await open("/admin/today", "79-today-running");
      await press(".rows h3 a", "80-today-progress");
      await press('a[href$="/calls"]', "81-today-calls");
      await open("/admin/today", "82-today-before-lift");
      await press(".rows form button", "83-today-lifted");
      expect(walk.takeFaults()).toEqual([]);
    });

    test("a suspension, of which the citizen sees later times and can wait", {
      timeout: walkMs,
    }, async () => {
      const { app, page, press } = walk;
      const { token, siteId, start } = await bookForToday();
      const until = new Date(Date.parse(start) + 3_600_000).toLocaleTimeString("sv-SE", {
        timeZone: "Europe/Rome",
        timeStyle: "short",
      });
      const key = app.adminKey;
      const reason = { it: "Vento forte", de: "Sturm" };
      const body = { site: siteId, until, reason };
      const { id, digest } = (await app.api("POST", "/urgent-closures", { key, body })).as(shown);
      await app.api("POST", `/urgent-closures/${id}/start`, { key, body: { digest } });
      await page.goto(walk.base.replace(/\/[a-z]{2}\/[^/]+$/, `/m/${token}/urgent`));
      await walk.inspect("84-suspended-choose");
      await press('form:has(input[value="wait"]) button', "85-suspended-waits");
      expect(walk.takeFaults()).toEqual([]);
    });
  },
);
