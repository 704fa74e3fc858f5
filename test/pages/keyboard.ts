import type { Page } from "playwright-core";
import { expect } from "vitest";

/** More presses of Tab than any page has controls. */
const tabsMax = 120;

/** Presses Enter and waits for the page that it leads to: before, Tab would still walk through this one. */
export async function pressEnter(page: Page): Promise<void> {
  await Promise.all([page.waitForEvent("framenavigated"), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}

/** Presses Tab until the focused control's text, name or id fits; fails when it is not reached or cannot be seen. */
export async function tabTo(page: Page, what: string, wanted: RegExp): Promise<void> {
  for (let i = 0; i < tabsMax; i += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    if ((await focused.count()) === 0) continue;
    const [id, text] = [await focused.getAttribute("id"), await focused.innerText()];
    if (!wanted.test(id ?? "") && !wanted.test(text.trim())) continue;
    const outline = await focused.evaluate("(element) => getComputedStyle(element).outlineStyle");
    expect(outline, `the focus on ${what} must be visible`).not.toBe("none");
    return;
  }
  throw new Error(`Tab never reached: ${what}`);
}
