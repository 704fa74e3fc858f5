import type { Page } from "playwright-core";
import type { Language } from "../../src/context.ts";
import { createTestApp, type TestApp } from "../support/test-app.ts";
import { openBrowser, openWindow, type viewports } from "./browser.ts";
import { findFaults } from "./inspect-page.ts";
import { buildMunicipality } from "./municipality.ts";

/** A walk through the pages of one administration in one language, on a phone without scripts. */
export interface Walk {
  readonly app: TestApp;
  readonly page: Page;
  /** Address of the start page, without the slash at its end. */
  readonly base: string;
  /** Looks for everything that is wrong with the state that the page is in, and notes it under a name. */
  readonly inspect: (name: string) => Promise<void>;
  /** Opens a path below the start and inspects. */
  readonly open: (path: string, name: string) => Promise<void>;
  /** Presses the first control and inspects what comes. */
  readonly press: (selector: string, name: string) => Promise<void>;
  /** What was found since this was last asked. */
  readonly takeFaults: () => string[];
  /** A window of somebody else. */
  readonly openOther: (viewport: keyof typeof viewports) => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** Starts the app, a municipality and a browser. `afterAll(() => walk.close())`. */
export async function createWalk(language: Language): Promise<Walk> {
  const app = await createTestApp();
  await buildMunicipality(app);
  const { url } = await app.serve();
  const browser = await openBrowser();
  const { page } = await openWindow(browser, { viewport: "phone" });
  const audited = (await openWindow(browser, { viewport: "phone", hasScripts: true })).page;
  const base = `${url}/${language}/${app.tenant.slug}`;
  const faults: string[] = [];
  const inspect = async (name: string): Promise<void> => {
    faults.push(...(await findFaults({ walked: page, audited }, `${language}-${name}`)));
  };
  return {
    app,
    page,
    base,
    inspect,
    open: async (path, name) => {
      await page.goto(`${base}${path}`);
      await inspect(name);
    },
    press: async (selector, name) => {
      await page.locator(selector).first().click();
      await inspect(name);
    },
    takeFaults: () => faults.splice(0),
    openOther: async (viewport) => (await openWindow(browser, { viewport })).page,
    close: async () => {
      await browser.close();
      await app.close();
    },
  };
}
