/** What would have been sent, for whoever tries the service on his own machine. In English, because citizens never see it. */
import { html, raw } from "hono/html";
import type { Tenant } from "../context.ts";
import type { KeptMessage } from "../messages/transports/mailbox/kept-message.ts";
import { assetPath } from "./assets.ts";
import { type Html, nothing } from "./markup.ts";

/** Where the mailboxes are. */
export const mailboxPath = "/dev/mailbox";

/** The mailboxes of all administrations. */
export function mailboxesPage(tenants: readonly Tenant[]): Html {
  return frame(
    "Mailbox",
    html`<p>What would have been sent. Nothing leaves this machine until a mail server or an SMS provider is configured.</p>
      <ul>${tenants.map(({ slug }) => html`<li><a href="${mailboxPath}/${slug}">${slug}</a></li>`)}</ul>`,
  );
}

/** The newest messages of one administration. */
export function mailboxPage(
  slug: string,
  { messages, hasOlder }: { readonly messages: readonly KeptMessage[]; readonly hasOlder: boolean },
): Html {
  const last = messages.at(-1);
  return frame(
    `Mailbox of ${slug}`,
    html`<p><a href="${mailboxPath}">All mailboxes</a></p>
      ${messages.length === 0 ? html`<p>There is nothing here yet. Messages come a second after what they tell of.</p>` : nothing}
      <ul>${messages.map((message) => html`<li><a href="${mailboxPath}/${slug}/${message.id}">${titleOf(message)}</a>${raw("<br>")}<span class="muted">${timeOf(message)}${raw("<br>")}to ${recipientOf(message)}</span></li>`)}</ul>
      ${last && hasOlder ? html`<p><a href="${mailboxPath}/${slug}?before=${last.id}">Older ones</a></p>` : nothing}`,
  );
}

/** One message: as text with its links, and what goes with it. */
export function keptMessagePage(slug: string, message: KeptMessage): Html {
  const own = `${mailboxPath}/${slug}/${message.id}`;
  return frame(
    titleOf(message),
    html`<p><a href="${mailboxPath}/${slug}">Mailbox of ${slug}</a></p>
      <dl class="facts">
        <div><dt>To</dt><dd>${recipientOf(message)}</dd></div>
        <div><dt>Kept at</dt><dd>${timeOf(message)}</dd></div>
        <div><dt>Reference</dt><dd>${message.reference}</dd></div>
        ${message.channel === "sms" ? html`<div><dt>Parts</dt><dd>${message.sms.parts} (${message.sms.encoding})</dd></div>` : nothing}
      </dl>
      ${message.channel === "email" ? html`<p><a href="${own}/html">As HTML</a>${message.email.calendar ? html` · <a href="${own}/calendar.ics">Calendar file (${message.email.calendar.method})</a>` : nothing}</p>` : nothing}
      <div class="card">${withLinks(textOf(message))}</div>`,
  );
}

/** To the second, in UTC: the page belongs to no site. */
function timeOf({ keptAt }: KeptMessage): string {
  return `${keptAt.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function titleOf(message: KeptMessage): string {
  return message.channel === "email" ? message.email.subject : "SMS";
}

function recipientOf(message: KeptMessage): string {
  return message.channel === "email" ? message.email.to.address : message.sms.to;
}

function textOf(message: KeptMessage): string {
  return message.channel === "email" ? message.email.text : message.sms.text;
}

/** Lines as they are, with addresses that can be followed. */
function withLinks(text: string): Html {
  return html`${text.split("\n").map((line) => html`${lineWithLinks(line)}${raw("<br>")}`)}`;
}

function lineWithLinks(line: string): Html {
  const parts = line.split(/(https?:\/\/[^\s<>"]+)/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part))}`;
}

function frame(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    <link rel="icon" href="${assetPath("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assetPath("styles.css")}">
  </head>
  <body>
    <main class="page">
      <h1>${title}</h1>
      ${content}
    </main>
  </body>
</html>`;
}
