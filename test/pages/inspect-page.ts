import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import type { Page } from "playwright-core";
import { z } from "zod";
import { viewports } from "./browser.ts";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const axeTags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const axeResult = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
    }),
  ),
});

/** Where the screenshots of a run are left to be looked at. */
const screenshotFolder = process.env["SCREENSHOT_DIR"] ?? join(tmpdir(), "citizen-pages");
mkdirSync(screenshotFolder, { recursive: true });

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // Both spellings are HTML; the templates use the shorter one.
    "void-style": "off",
    "no-trailing-whitespace": "off",
    // Long lines of a template are no fault of the document.
    "attr-quotes": "off",
    // Telephone numbers are written the way people read them.
    "tel-non-breaking": "off",
  },
});

/** The window that is walked through, and one with scripts, because axe needs timers, which no page without scripts has. */
export interface Windows {
  readonly walked: Page;
  readonly audited: Page;
}

/**
 * Everything that is wrong with the state the walked window is in: of axe, of html-validate, of its width, and what
 * the browser complained of. Empty when all is well. The state is opened again at its address with the same cookies.
 */
export async function findFaults({ walked, audited }: Windows, name: string): Promise<string[]> {
  await audited.context().clearCookies();
  await audited.context().addCookies(await walked.context().cookies());
  const faults: string[] = [];
  const complain = (text: string): void => void faults.push(`browser: ${text}`);
  audited.on("pageerror", (error) => complain(error.message));
  audited.on("console", (message) => {
    // A page that answers 4xx on purpose is no fault.
    if (message.type() === "error" && !message.text().includes("Failed to load resource"))
      complain(message.text());
  });
  await audited.goto(walked.url());
  for (const [size, viewport] of Object.entries(viewports)) {
    await audited.setViewportSize(viewport);
    faults.push(...(await axeFaults(audited, size)), ...(await widthFaults(audited, size)));
    await audited.screenshot({
      path: join(screenshotFolder, `${name}-${size}.png`),
      fullPage: true,
    });
  }
  audited.removeAllListeners("pageerror");
  audited.removeAllListeners("console");
  faults.push(...(await markupFaults(walked)));
  return faults.map((fault) => `${name}: ${fault}`);
}

async function axeFaults(page: Page, size: string): Promise<string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate(
    `axe.run(document, { runOnly: { type: "tag", values: ${JSON.stringify(axeTags)} } })`,
  );
  return axeResult
    .parse(found)
    .violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `axe ${id} (${size}): ${node.html} ${node.failureSummary ?? ""}`),
    );
}

/** WCAG 1.4.10: nothing has to be scrolled sideways. */
async function widthFaults(page: Page, size: string): Promise<string[]> {
  const overflow = z
    .number()
    .parse(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
  return overflow > 0 ? [`${overflow} px too wide (${size})`] : [];
}

/** The page as it was sent, not as the browser mended it. */
async function markupFaults(page: Page): Promise<string[]> {
  const response = await page.context().request.get(page.url().replace(/#.*/, ""));
  const report = await validator.validateString(await response.text());
  return report.results.flatMap(({ messages }) =>
    messages.map(
      ({ ruleId, message, line, column }) => `html ${ruleId} ${line}:${column} ${message}`,
    ),
  );
}
