import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { everyMessage, shippedEmail } from "../support/sample-messages.ts";
import { openBrowser, openWindow, viewports, whyNoBrowser } from "./browser.ts";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const screenshots = join(process.env["SCREENSHOT_DIR"] ?? tmpdir(), "emails");
mkdirSync(screenshots, { recursive: true });

/** Each colour scheme, on the narrowest screen and on a wide one. */
const looks = [
  { colorScheme: "light", size: "narrow" },
  { colorScheme: "dark", size: "desktop" },
] as const;

/** An e-mail is part of a page of the mail program, which has the landmarks. */
const axeOptions = {
  rules: { "landmark-one-main": { enabled: false }, region: { enabled: false } },
};

const axeResult = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

describe.skipIf(whyNoBrowser() !== undefined)("e-mails in Chromium", () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
    ({ page } = await openWindow(browser, { viewport: "phone", hasScripts: true }));
    page.on("request", (request) => void asked.push(request.url()));
  });
  afterAll(() => browser.close());

  test.each(everyMessage)(
    "axe finds nothing in $kind in $language, in the light on a narrow screen, in the dark on a wide one",
    async ({ kind, language }) => {
      await page.setContent(shippedEmail(kind, language).html);
      const faults: string[] = [];
      for (const { colorScheme, size } of looks) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewports[size]);
        faults.push(...(await faultsOf(page)).map((fault) => `${colorScheme} ${size}: ${fault}`));
        const path = join(screenshots, `${kind}-${language}-${colorScheme}.png`);
        if (language === "de") await page.screenshot({ path, fullPage: true });
      }
      expect(faults).toEqual([]);
    },
  );

  test("an e-mail loads nothing", () => {
    expect(asked).toEqual([]);
  });

  test("axe sees a contrast that is too low, in the dark too", async () => {
    const { html } = shippedEmail("reminder", "it");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setContent(html.replaceAll("#e8edf2", "#3a434d"));
    expect((await faultsOf(page)).join()).toContain("color-contrast");
  });
});

async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate(`axe.run(document, ${JSON.stringify(axeOptions)})`);
  const { violations } = axeResult.parse(found);
  const overflow = z
    .number()
    .parse(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
  return [
    ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
    ...(overflow > 0 ? [`${overflow} px too wide`] : []),
  ];
}
