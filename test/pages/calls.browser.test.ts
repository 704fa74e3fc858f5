import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { whyNoBrowser } from "./browser.ts";
import { pressEnter, tabTo } from "./keyboard.ts";
import { createWalk, type Walk } from "./walk.ts";

const skipReason = whyNoBrowser();
const walkMs = 240_000;
const nextTimes = z.looseObject({
  starts: z.array(z.looseObject({ starts_at: z.string(), site_id: z.string() })),
});
const booked = z.looseObject({ appointment: z.looseObject({ id: z.string() }) });

describe.skipIf(skipReason !== undefined).each(["it", "de", "fr", "en"] as const)(
  "the operators' desk for calls in %s",
  (language) => {
    let walk: Walk;
    beforeAll(async () => {
      walk = await createWalk(language);
      await walk.app.sql("UPDATE tenants SET languages = '{it,de,fr,en}' WHERE id = $1", [
        walk.app.tenant.id,
      ]);
    });
    afterAll(async () => {
      await walk?.close();
    });

    async function book(): Promise<{ id: string; siteId: string; start: string }> {
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
      const { id } = answer.as(booked).appointment;
      return { id, siteId: found.site_id, start: found.starts_at };
    }

    /** What a worker would have planned: a call about a visit. */
    async function call(id: string, kind: string, facts: object = {}): Promise<void> {
      await walk.app.sql(
        `INSERT INTO phone_tasks
           (tenant_id, id, appointment_id, kind, cause, subject_version, facts, visit_at, next_at, not_after)
         SELECT tenant_id, gen_random_uuid(), id, $2, 'failed', 9, $3::jsonb, starts_at, clock_now(), starts_at
         FROM appointments WHERE id = $1`,
        [id, kind, JSON.stringify(facts)],
      );
    }

    async function notice(): Promise<string> {
      const { app } = walk;
      const body = {
        kind: "notify",
        filter: { from: "2026-01-01", to: "2026-01-01" },
        texts: { it: "Porti due fotografie.", de: "Bringen Sie zwei Lichtbilder mit." },
      };
      const made = await app.api("POST", "/bulk-operations", { key: app.adminKey, body });
      const { id } = made.as(z.looseObject({ id: z.string() }));
      await app.sql(
        "UPDATE bulk_operations SET status = 'running', started_at = clock_now() WHERE id = $1",
        [id],
      );
      return id;
    }

    test("from an empty list to a call, what can be wrong with its outcome, and the next", {
      timeout: walkMs,
    }, async () => {
      const { app, open, page, press } = walk;
      await open("/admin/sign-in?next=/admin/calls", "c0-sign-in");
      await page.fill("#key", app.adminKey);
      await press("main form button", "c1-empty");
      const operation = await notice();
      const first = await book();
      const second = await book();
      await call(first.id, "bulk_notice", { operation_id: operation });
      await call(second.id, "please_confirm", {
        answer_by: Date.parse(second.start) - 86_400_000,
      });
      await open("/admin/calls", "c2-list");
      await page.selectOption("#operation", { index: 1 });
      await press('form[method="get"] button', "c3-filtered");
      await press('form[action$="/next"] button', "c4-call");
      await page.check('input[value="move"]');
      await page.fill("#note", "x");
      await press("form:has(#note) button", "c5-error");
      await page.check('input[value="not_reached"]');
      await press("form:has(#note) button", "c6-noted");
      await open("/admin/calls", "c7-one-left");
      await press('form[action$="/take"] button', "c8-question");
      await open("/admin/calls", "c9-own");
      await press(".rows a", "c10-again");
      await press('form[action$="/return"] button', "c11-returned");
      expect(walk.takeFaults()).toEqual([]);
    });

    test.runIf(language === "it")(
      "a call is taken and settled with the keyboard alone",
      {
        timeout: walkMs,
      },
      async () => {
        const { page, base } = walk;
        await walk.app.sql("DELETE FROM phone_tasks");
        const { id } = await book();
        await call(id, "change");
        await page.goto(`${base}/admin/sign-in?next=/admin/calls`);
        await tabTo(page, "key", /^key$/);
        await page.keyboard.type(walk.app.adminKey);
        await pressEnter(page);
        await tabTo(page, "next call", /^Prossima telefonata$/);
        await pressEnter(page);
        await page
          .getByRole("heading", { name: /Aurora Unterkofler/ })
          .first()
          .waitFor();
        await tabTo(page, "told", /^answer$/);
        await page.keyboard.press("Space");
        await tabTo(page, "save", /^Salva l’esito$/);
        await pressEnter(page);
        await page.getByText("L’esito è annotato").first().waitFor();
        const { rows } = await walk.app.sql("SELECT status, outcome FROM phone_tasks");
        expect(rows).toEqual([{ status: "done", outcome: "reached" }]);
      },
    );
  },
);
