import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { whyNoBrowser } from "./browser.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();
const walkMs = 240_000;

const nextStarts = z.looseObject({
  starts: z.array(z.looseObject({ starts_at: z.string(), date: z.string(), site_id: z.string() })),
});

const all = ["it", "de", "fr", "en"] as const;
/** The long way takes minutes; its texts are checked in every language, its states in these two. */
const walked: readonly string[] = ["it", "de"];

describe.skipIf(skipReason !== undefined).each(all)(
  "the administrators' pages in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
      await walk.app.sql("UPDATE tenants SET languages = '{it,de,fr,en}' WHERE id = $1", [
        walk.app.tenant.id,
      ]);
    });
    afterAll(() => walk?.close());

    test.runIf(walked.includes(language))(
      "from signing in to a closed day, and what becomes of whom it hits",
      {
        timeout: walkMs,
      },
      async () => {
        const { app, open, page, press } = walk;
        const day = await bookThree();
        await open("/admin", "70-sign-in");
        await page.fill("#key", "spo_sk_nothing");
        await press("main form button", "71-sign-in-error");
        await page.fill("#key", app.adminKey);
        await press("main form button", "72-overview");
        await press('main a.choice[href$="/admin/proposals"]', "73-no-proposals");
        await press("main a.button", "74-kinds");
        await press("main a.choice", "75-close");
        await page.fill("#from", day);
        await page.fill("#to", "2020-01-01");
        await press("main form .actions button", "76-close-errors");
        await page.selectOption("#where", { index: 2 });
        await page.fill("#to", day);
        await page.fill("#reason", "Donaudampfschifffahrtsgesellschaftskapitänsversammlung");
        await press("main form .actions button", "77-proposal");
        expect(await page.locator(".card form").count()).toBe(2);
        await press('a[href*="outcome=conflict"]', "78-in-conflict");
        await press("a.back", "77-proposal-again");
        await bookOne();
        await press(".card form button", "79-stale");
        await press(".card form button", "80-applied");
        await open("/admin/proposals", "81-proposals");
        await open("/admin/conflicts", "82-conflicts");
        await press("main a.choice", "83-decide");
        await press('form[action$="/keep"] button', "84-decide-keep-error");
        await page.fill("#keep_reason", "Am Telefon versprochen");
        await press('form[action$="/keep"] button', "85-kept");
        await press("main a.choice", "86-decide");
        await press('form[action$="/move"] button', "87-decide-move-error");
        await page.check("#start");
        await press('form[action$="/move"] button', "88-moved");
        await press("main a.choice", "89-decide");
        await press('form[action$="/call"] button', "90-called");
        await press("main a.choice", "91-decide");
        await press('form[action$="/cancel"] button', "92-decide-cancel-error");
        await page.check("#cancel_reason");
        await press('form[action$="/cancel"] button', "93-cancelled");
        expect(walk.takeFaults()).toEqual([]);
      },
    );

    test("a lost resource, other hours, dropping, what is nowhere", {
      timeout: walkMs,
    }, async () => {
      const { app, base, open, page, press } = walk;
      await page.goto(`${base}/admin`);
      if (await page.locator("#key").isVisible()) {
        await page.fill("#key", app.adminKey);
        await press("main form button", "72-overview");
      }
      await open("/admin/proposals/new?kind=lose", "94-lose");
      await open("/admin/proposals/new?kind=opening", "95-opening-choice");
      await press("main form .actions button", "96-opening");
      await page.fill("#capacity", "many");
      await press("main form .actions button", "97-opening-errors");
      await page.fill("#capacity", "0");
      await press("main form .actions button", "98-opening-proposal");
      await press(".card form >> nth=1 >> button", "99-dropped");
      await open("/admin/nowhere", "100-nowhere");
      await open("/admin/proposals/new?kind=close&refused=proposal-too-large", "101-refused");
      await press(".sections form button", "102-signed-out");
      expect(walk.takeFaults()).toEqual([]);
    });

    /** Books the next three times of one desk; returns their day. */
    async function bookThree(): Promise<string> {
      const dates = [await bookOne(), await bookOne(), await bookOne()];
      return dates[0] ?? "";
    }

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
        booker: { name: "Maria Unterkofler-Oberhollenzer" },
      };
      const booked = await app.api("POST", "/appointments", { key: app.adminKey, body });
      if (booked.status !== 201) throw new Error(booked.text);
      return start.date;
    }
  },
);
