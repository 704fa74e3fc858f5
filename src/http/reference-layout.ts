import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { AppContext } from "./app-env.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Everything the reference pages look like; they load nothing, from here or elsewhere. */
const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; overflow-wrap: anywhere; }
a { color: inherit; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
h2 { border-bottom: 1px solid; margin-top: 2.5rem; }
h3 { margin-top: 2rem; }
.method { font-weight: bold; text-transform: uppercase; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid; padding: .25rem .5rem .25rem 0; text-align: left; vertical-align: top; }
`;

const styleHash = createHash("sha256").update(style).digest("base64");
const contentPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; base-uri 'none'`;

/** Answers a page of the reference: English, for engineers, without scripts and without other requests. */
export async function referencePage(
  c: AppContext,
  title: string,
  content: Html,
): Promise<Response> {
  c.header("Content-Security-Policy", contentPolicy);
  c.header("Cache-Control", "public, max-age=300");
  return c.html(
    await html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`,
  );
}
