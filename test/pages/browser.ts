import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** The Chromium of this machine: `CHROMIUM_PATH`, or the first one on PATH; undefined when there is none. */
function findChromium(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders
    .flatMap((folder) =>
      ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)),
    )
    .find((path) => existsSync(path));
}

/** Why the tests of the pages cannot run here; undefined when they can. Said aloud, because a skip is no pass. */
export function whyNoBrowser(): string | undefined {
  if (findChromium()) return undefined;
  const reason = "No Chromium on PATH (install the package chromium, or set CHROMIUM_PATH)";
  console.warn(`\n*** THE PAGES ARE NOT TESTED: ${reason} ***\n`);
  return reason;
}

/** Starts the browser without anything that talks to the network by itself. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("No Chromium was found");
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Sizes that the pages are looked at in. */
export const viewports = {
  phone: { width: 360, height: 740 },
  narrow: { width: 320, height: 640 },
  desktop: { width: 1280, height: 900 },
} as const;

/** A window of its own: no cookies of others. Scripts are off unless said. */
export async function openWindow(
  browser: Browser,
  options: {
    readonly viewport: keyof typeof viewports;
    readonly hasScripts?: boolean;
    readonly language?: string;
  },
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    viewport: viewports[options.viewport],
    javaScriptEnabled: options.hasScripts ?? false,
    locale: options.language ?? "it-IT",
    timezoneId: "America/New_York",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return { context, page };
}
