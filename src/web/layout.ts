/** The frame of every page: head, header with the language switch, banner, step, errors, footer. */
import { html } from "hono/html";
import type { Language } from "../context.ts";
import { assetPath } from "./assets.ts";
import { type Html, nothing } from "./markup.ts";
import { type Page, pathTo, say, sayPlain } from "./page.ts";
import type { MessageKey } from "./translate.ts";

/** The steps of a booking, in order. */
export const steps = ["service", "time", "details", "summary"] as const;
export type Step = (typeof steps)[number];

const stepNames: Readonly<Record<Step, MessageKey>> = {
  service: "step_service",
  time: "step_time",
  details: "step_details",
  summary: "step_summary",
};

/** What the languages call themselves. */
export const languageNames: Readonly<Record<Language, string>> = {
  it: "Italiano",
  de: "Deutsch",
  fr: "Français",
  en: "English",
};

/** Something wrong with one field of a form; `field` is the id of its first control. */
export interface FieldError {
  readonly field: string;
  readonly text: string;
}

/** Something to know before reading on. An alert interrupts a screen reader, a status waits. */
export interface Notice {
  readonly kind: "alert" | "status";
  readonly title: string;
  readonly body?: Html | string;
}

export interface Frame {
  readonly title: string;
  /** Shown above the title, part of the page's `title`. */
  readonly step?: Step;
  readonly back?: { readonly href: string; readonly text: string };
  readonly errors?: readonly FieldError[];
  readonly notice?: Notice | undefined;
  /** Adds the script that announces the end of the hold. */
  readonly hasHold?: boolean;
  readonly content: Html;
}

/** Renders a whole page; its only heading of level 1 is the frame's title. */
export function layout(page: Page, frame: Frame): Html {
  return html`<!doctype html>
<html lang="${page.language}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${documentTitle(page, frame)}</title>
    <link rel="icon" href="${assetPath("icon.svg")}" type="image/svg+xml">
    <link rel="stylesheet" href="${assetPath("styles.css")}">
    ${frame.hasHold ? html`<script defer src="${assetPath("hold-countdown.js")}"></script>` : nothing}
  </head>
  <body>
    <a class="skip" href="#content">${page.t("skip_to_content")}</a>
    ${header(page)}
    ${page.tenant.isTraining ? trainingBanner(page) : nothing}
    <main id="content" class="page" tabindex="-1">
      ${frame.back ? html`<a class="back" href="${frame.back.href}">${frame.back.text}</a>` : nothing}
      ${frame.errors?.length ? errorSummary(page, frame.errors) : nothing}
      ${frame.notice ? notice(frame.notice) : nothing}
      ${frame.step ? stepLine(page, frame.step) : nothing}
      <h1>${frame.title}</h1>
      ${frame.content}
    </main>
    ${footer(page)}
  </body>
</html>`;
}

function documentTitle(page: Page, frame: Frame): string {
  const parts = [frame.title];
  if (frame.step) parts.push(stepText(page, frame.step));
  parts.push(sayPlain(page, page.tenant.name));
  const title = parts.join(" – ");
  return frame.errors?.length ? page.t("title_with_errors", { title }) : title;
}

function header(page: Page): Html {
  return html`<header class="header">
      <div class="header__inner">
        <a class="header__name" href="${pathTo(page, "/")}">${say(page, page.tenant.name)}
          <span class="header__what">${page.t("site_purpose")}</span></a>
        <nav class="languages" aria-label="${page.t("language_nav")}">
          <ul>${page.tenant.languages.map((language) => languageLink(page, language))}</ul>
        </nav>
      </div>
    </header>`;
}

/** The way to this page in another language, or the name of the present one. */
export function languageLink(page: Page, language: Language): Html {
  const name = languageNames[language];
  if (language === page.language) {
    return html`<li><span aria-current="true" lang="${language}">${name}</span></li>`;
  }
  const href = pathTo({ ...page, language }, page.here);
  return html`<li><a href="${href}" lang="${language}" hreflang="${language}">${name}</a></li>`;
}

/** Says that nothing here is meant. */
export function trainingBanner(page: Page): Html {
  return html`<aside class="training" aria-label="${page.t("training_title")}">
      <p><strong>${page.t("training_title")}</strong> ${page.t("training_text")}</p>
    </aside>`;
}

function stepText(page: Page, step: Step): string {
  return page.t("step_of", { step: steps.indexOf(step) + 1, total: steps.length });
}

function stepLine(page: Page, step: Step): Html {
  const reached = steps.indexOf(step);
  return html`<div class="steps">
        <p>${stepText(page, step)}<span class="steps__name">: ${page.t(stepNames[step])}</span></p>
        <div class="steps__bar" aria-hidden="true">${steps.map(
          (_, i) =>
            html`<span class="${i <= reached ? "steps__part steps__part--reached" : "steps__part"}"></span>`,
        )}</div>
      </div>`;
}

/** What is wrong with a form, each leading to its control. */
export function errorSummary(page: Page, errors: readonly FieldError[]): Html {
  return html`<div class="errors" id="errors" role="alert" aria-labelledby="errors-title">
        <h2 id="errors-title">${page.t("errors_title", { count: errors.length })}</h2>
        <ul>${errors.map((error) => html`<li><a href="#${error.field}">${error.text}</a></li>`)}</ul>
      </div>`;
}

/** What to know before reading on. */
export function notice({ kind, title, body }: Notice): Html {
  return html`<div class="notice notice--${kind}" id="notice" role="${kind}">
        <p class="notice__title">${title}</p>
        ${body === undefined ? nothing : typeof body === "string" ? html`<p>${body}</p>` : body}
      </div>`;
}

function footer(page: Page): Html {
  const { t, tenant } = page;
  return html`<footer class="footer">
      <div class="footer__inner">
        <div>
          <h2>${say(page, tenant.name)}</h2>
          ${contactLines(page)}
        </div>
        <nav aria-label="${t("footer_nav")}">
          <ul>
            <li><a href="${pathTo(page, "/find")}">${t("find_link")}</a></li>
            <li><a href="${pathTo(page, "/privacy")}">${t("privacy_link")}</a></li>
            <li><a href="${pathTo(page, "/accessibility")}">${t("accessibility_link")}</a></li>
          </ul>
        </nav>
      </div>
    </footer>`;
}

/** Address, telephone, e-mail and web address of the administration, as far as they are known. */
export function contactLines(page: Page): Html {
  const { address, phone, email, url } = page.tenant.contact;
  return html`<address class="contact">
            ${address ? html`<span>${address}</span>` : nothing}
            ${phone ? html`<span>${page.t("phone_short")} ${phoneLink(phone)}</span>` : nothing}
            ${email ? html`<a href="mailto:${email}">${email}</a>` : nothing}
            ${url ? html`<a href="${url}">${url.replace(/^https?:\/\//, "").replace(/\/$/, "")}</a>` : nothing}
          </address>`;
}

/** A telephone number that a phone can dial. */
export function phoneLink(phone: string): Html {
  return html`<a class="phone" href="tel:${phone.replaceAll(/[^+\d]/g, "")}">${phone}</a>`;
}
